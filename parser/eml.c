#include "parser/eml.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "parser/postfix.h"

/* The value of a tag ("d=") of a DKIM-Signature, without folding blanks. */
static void
add_tag(struct buf *out, struct span field, char tag)
{
	struct span rest = field, part;

	while (span_cut(&rest, ';', &part)) {
		part = span_trim(part);
		if (part.n > 1 && part.p[0] == tag && span_trim(span_from(part, 1)).p[0] == '=') {
			buf_add(out, span_trim(span_from(span_trim(span_from(part, 1)), 1)));
			return;
		}
	}
	buf_add_char(out, '?');
}

static void
take_signature(struct eml *eml, struct span value)
{
	struct buf text = BUF_INIT;

	if (eml->nsignatures == sizeof eml->signatures / sizeof *eml->signatures)
		return;
	buf_add(&text, SPAN("s="));
	add_tag(&text, value, 's');
	buf_add(&text, SPAN(", d="));
	add_tag(&text, value, 'd');
	eml->signatures[eml->nsignatures++] = arena_copy(&eml->arena, buf_span(&text));
	buf_clear(&text);
}

/* "... with ESMTP id 30F9F308846A for <bob@...>; date" */
static void
take_received(struct eml *eml, struct span value)
{
	struct span rest = value, word;

	while (span_word(&rest, &word)) {
		if (!span_eq(word, SPAN("id")) || !span_word(&rest, &word))
			continue;
		if (span_ends(word, SPAN(";")))
			word.n--;
		if ((queue_id_is_postfix(word) || queue_id_is_sendmail(word)) &&
			eml->nqueue_ids < EML_IDS_MAX)
			eml->queue_ids[eml->nqueue_ids++] = arena_copy(&eml->arena, word);
	}
}

static void
take_field(struct eml *eml, struct span field)
{
	struct span value = field, name;

	if (!span_cut(&value, ':', &name) || value.p == NULL)
		return;
	value = span_trim(value);
	name = span_trim(name);
	if (span_eq_nocase(name, SPAN("Received")))
		take_received(eml, value);
	else if (span_eq_nocase(name, SPAN("Message-ID")) && eml->message_id.n == 0)
		eml->message_id = arena_copy(&eml->arena, value);
	else if (span_eq_nocase(name, SPAN("Authentication-Results")) && eml->results.n == 0)
		eml->results = arena_copy(&eml->arena, value);
	else if (span_eq_nocase(name, SPAN("DKIM-Signature")))
		take_signature(eml, value);
}

/* The fields of a header, unfolded, up to the blank line behind it. Gives how many there were. */
static unsigned
take_fields(struct eml *eml, struct span rest)
{
	struct buf field = BUF_INIT;
	struct span line;
	unsigned fields = 0;

	while (span_cut(&rest, '\n', &line)) {
		if (span_ends(line, SPAN("\r")))
			line.n--;
		if (line.n > 0 && ascii_is_blank(line.p[0])) {
			buf_add_char(&field, ' ');
			buf_add(&field, span_trim(line));
			continue;
		}
		if (field.n > 0)
			take_field(eml, buf_span(&field));
		fields += field.n > 0;
		buf_reset(&field);
		if (line.n == 0 && fields > 0)
			break;
		buf_add(&field, line);
	}
	if (field.n > 0)
		take_field(eml, buf_span(&field));
	fields += field.n > 0;
	buf_clear(&field);
	return fields;
}

int
eml_read(struct eml *eml, int fd, struct error *err)
{
	struct buf text = BUF_INIT;
	struct error limit = ERROR_INIT;
	struct span rest;
	unsigned fields;

	*eml = (struct eml){ .nqueue_ids = 0 };
	/* Only the header counts; a long body may be cut. */
	if (buf_read_all(&text, fd, EML_HEADER_MAX, &limit) < 0 && limit.kind != ERROR_LIMIT) {
		buf_clear(&text);
		*err = limit;
		return -1;
	}
	rest = buf_span(&text);
	if (span_starts(rest, SPAN("\xEF\xBB\xBF")))
		rest = span_from(rest, 3);
	fields = take_fields(eml, rest);
	buf_clear(&text);
	if (fields > 0 && (eml->nqueue_ids > 0 || eml->message_id.n > 0))
		return 0;
	eml_clear(eml);
	return error_set(err, ERROR_INPUT,
		"that is no saved message with its header: no Received: and no Message-ID: in it");
}

void
eml_clear(struct eml *eml)
{
	arena_clear(&eml->arena);
}
