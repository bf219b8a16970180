#include "cli/filter.h"

#include "cli/nearest.h"

bool
filter_each(const struct texts *lists, bool (*each)(void *ctx, struct span item, bool negated),
	void *ctx)
{
	for (size_t i = 0; i < lists->n; i++) {
		struct span rest = span_of(lists->items[i]), item;

		while (span_cut(&rest, ',', &item)) {
			bool negated = item.n > 0 && item.p[0] == '!';

			if (item.n > 0 && !each(ctx, negated ? span_from(item, 1) : item, negated))
				return false;
		}
	}
	return true;
}

static bool
is_cause(void *ctx, struct span item, bool negated)
{
	(void)negated;
	*(struct span *)ctx = item;
	return cause_of(item) != CAUSE_NONE;
}

static bool
is_verdict(void *ctx, struct span item, bool negated)
{
	enum verdict_kind kind;

	(void)negated;
	*(struct span *)ctx = item;
	return verdict_of(item, &kind);
}

static int
no_such(const char *what, struct span item, const char *best, struct error *err)
{
	return error_set(err, ERROR_SYNTAX, "--%s: there is no %s '%.*s'%s%s%s", what, what,
		SPAN_ARGS(item), best == NULL ? "" : "; did you mean '", best == NULL ? "" : best,
		best == NULL ? "" : "'?");
}

int
filter_check(const struct settings *settings, struct error *err)
{
	struct span item = SPAN_NONE;

	const char *best = NULL;
	size_t distance = SIZE_MAX;

	if (!filter_each(&settings->causes, is_cause, &item)) {
		for (unsigned cause = 1; cause < CAUSE_COUNT; cause++)
			nearest_try(item, cause_id((cause_t)cause), &best, &distance);
		return no_such("cause", item, best, err);
	}
	if (!filter_each(&settings->verdicts, is_verdict, &item)) {
		for (int kind = 0; kind < VERDICT_COUNT; kind++)
			nearest_try(item, verdict_id((enum verdict_kind)kind), &best, &distance);
		return no_such("verdict", item, best, err);
	}
	return 0;
}

/* One filter: an item that is negated must not fit, of the others one must. */
struct choice {
	const void *subject;
	bool (*fits)(const void *subject, struct span item);
	bool any_wanted, wanted, unwanted;
};

static bool
choose(void *ctx, struct span item, bool negated)
{
	struct choice *choice = ctx;
	bool fits = choice->fits(choice->subject, item);

	if (negated) {
		choice->unwanted |= fits;
	} else {
		choice->any_wanted = true;
		choice->wanted |= fits;
	}
	return true;
}

static bool
passes(const struct texts *lists, const void *subject,
	bool (*fits)(const void *subject, struct span item))
{
	struct choice choice = { subject, fits, false, false, false };

	(void)filter_each(lists, choose, &choice);
	return !choice.unwanted && (!choice.any_wanted || choice.wanted);
}

static bool
is_of_cause(const void *cause, struct span item)
{
	return *(const cause_t *)cause != CAUSE_NONE && *(const cause_t *)cause == cause_of(item);
}

static bool
has_verdict(const void *message, struct span item)
{
	return span_eq(item, span_of(verdict_id(((const struct message *)message)->verdict.kind)));
}

static bool
has_domain(const void *subject, struct span item)
{
	const struct message *message = subject;

	return span_eq_nocase(item, message->author_domain) ||
	       span_eq_nocase(item, address_domain(message->sender));
}

bool
filter_wants(const struct settings *settings, const struct message *message)
{
	if (settings->causes.n + settings->verdicts.n + settings->domains.n == 0)
		return true;
	return filter_wants_cause(settings, message->verdict.cause) &&
	       passes(&settings->verdicts, message, has_verdict) &&
	       passes(&settings->domains, message, has_domain);
}

bool
filter_wants_cause(const struct settings *settings, cause_t cause)
{
	return passes(&settings->causes, &cause, is_of_cause);
}

void
filter_add_words(struct buf *out, const struct settings *settings)
{
	const struct {
		const char *name;
		const struct texts *lists;
	} filters[] = { { "--domain", &settings->domains }, { "--cause", &settings->causes },
		{ "--verdict", &settings->verdicts } };

	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		for (size_t k = 0; k < filters[i].lists->n; k++)
			buf_addf(out, " %s %s", filters[i].name, filters[i].lists->items[k]);
}
