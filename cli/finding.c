#include "cli/finding.h"

#include "cli/causes.h"
#include "cli/render.h"

/* " (milter-unreachable 212, 2 more causes)" */
void
finding_add_causes(struct figures *figures, struct buf *out)
{
	const struct digest *digest = &figures->digest;
	enum lang lang = figures->session.lang;
	struct buf list = BUF_INIT;
	char digits[WORD_DIGITS_MAX];
	const struct cause_story *first = NULL;
	struct span values[2];
	uint64_t others = 0;

	for (size_t i = 0; i < digest->nstories; i++) {
		if (causes_is_unknown(digest->stories[i]))
			continue;
		if (first == NULL)
			first = digest->stories[i];
		else
			others++;
	}
	if (first == NULL || first->cause == CAUSE_NONE)
		return;
	values[0] = causes_name(first, lang);
	values[1] = word_number(digits, first->count);
	render_say_to(&figures->session, &list, others > 0 ? WORD_ONE_OF : WORD_THIS, values, 2);
	if (others > 0) {
		buf_add(&list, span_of(word(lang, WORD_COMMA)));
		word_fill_number(&list, lang, WORD_OTHER_CAUSES, others);
	}
	values[0] = buf_span(&list);
	word_fill(out, lang, WORD_ONE_CAUSE, values);
	buf_clear(&list);
}

/* "61 messages left unsigned, 2 held back"; false: nothing of that kind. */
bool
finding_add_wrongs(struct figures *figures, struct buf *out)
{
	static const struct {
		enum verdict_kind kind;
		enum word word, also;
	} wrongs[] = { { VERDICT_UNSIGNED, WORD_LEFT_UNSIGNED, WORD_LEFT_UNSIGNED },
		{ VERDICT_DEFERRED, WORD_HELD_BACK, WORD_HELD_BACK_TOO },
		{ VERDICT_REJECTED, WORD_REFUSED, WORD_REFUSED_TOO } };
	const struct digest *digest = &figures->digest;
	enum lang lang = figures->session.lang;
	size_t begin = out->n;

	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		uint64_t n = digest->counts[wrongs[i].kind];

		if (n > 0 && out->n > begin)
			buf_add(out, span_of(word(lang, WORD_COMMA)));
		if (n > 0)
			word_fill_number(out, lang,
				out->n > begin ? wrongs[i].also : wrongs[i].word, n);
	}
	return out->n > begin;
}

void
finding_add(struct figures *figures, struct buf *out)
{
	const struct digest *digest = &figures->digest;
	enum lang lang = figures->session.lang;

	if (finding_add_wrongs(figures, out))
		return;
	if (digest->counts[VERDICT_UNKNOWN] > 0)
		word_fill_number(out, lang, WORD_UNTOLD, digest->counts[VERDICT_UNKNOWN]);
	else if (digest_own(digest) > 0)
		word_fill_number(out, lang, WORD_N_SIGNED, digest_own(digest));
	else
		word_fill(out, lang, WORD_NO_MAIL_DUE, NULL);
}

void
finding_add_fault(struct figures *figures, struct buf *out, const struct incident *fault)
{
	struct buf room = BUF_INIT;
	const struct span values[] = { span_of(cause_id(fault->cause)),
		render_minute(&figures->session, fault->first, &room) };

	word_fill(out, figures->session.lang, WORD_FAULT_ONLY, values);
	buf_clear(&room);
}
