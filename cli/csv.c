#include "cli/csv.h"

#include "base/utf8.h"

static void
begin_cell(struct buf *out)
{
	if (out->n > 0 && out->p[out->n - 1] != '\n')
		buf_add_char(out, ',');
}

/* What begins so is reckoned out by a spreadsheet; tab and CR are passed over to see what follows. */
static bool
is_formula(struct span text)
{
	return text.n > 0 && text.p[0] != '\0' && strchr("=+-@\t\r", text.p[0]) != NULL;
}

void
csv_text(struct buf *out, struct span text)
{
	struct buf clean = BUF_INIT;
	bool formula = is_formula(text), first = true;
	struct span line;

	while (span_cut(&text, '\n', &line)) {
		if (!first)
			buf_add_char(&clean, '\n');
		utf8_printable(&clean, line, SIZE_MAX);
		first = false;
	}
	begin_cell(out);
	buf_add_char(out, '"');
	if (formula || is_formula(buf_span(&clean)))
		buf_add_char(out, '\'');
	for (size_t i = 0; i < clean.n; i++) {
		if (clean.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, clean.p[i]);
	}
	buf_add_char(out, '"');
	buf_clear(&clean);
}

void
csv_number(struct buf *out, uint64_t number)
{
	begin_cell(out);
	buf_addf(out, "%llu", (unsigned long long)number);
}

void
csv_time(struct buf *out, int64_t t, bool utc)
{
	struct buf time = BUF_INIT;

	if (t != INSTANT_NONE)
		instant_rfc3339(&time, t, utc);
	csv_text(out, buf_span(&time));
	buf_clear(&time);
}

void
csv_end(struct buf *out)
{
	buf_add(out, SPAN("\r\n"));
}

void
csv_head(struct buf *out, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%s", i > 0 ? "," : "", names[i]);
	csv_end(out);
}
