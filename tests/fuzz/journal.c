/* Line by line as JSON and as an export stream; what is given lies in the record shown. */
#include <stdlib.h>

#include "parser/journal.h"
#include "tests/fuzz/fuzz.h"

static void
check_inside(struct span part, struct span whole)
{
	if (part.n > 0 && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

static void
check_line(const struct line *line)
{
	if (line->when < 0 || !line->own_stamp)
		abort();
	check_inside(line->host, line->raw);
	check_inside(line->tag, line->raw);
	check_inside(line->text, line->raw);
}

static void
read_export(struct span rest)
{
	struct journal_export *export = journal_export_new();
	struct span text;
	struct line line;

	while (rest.p && span_cut(&rest, '\n', &text)) {
		switch (journal_export_feed(export, text, &line)) {
		case JOURNAL_MORE:
			break;
		case JOURNAL_BINARY:
			/* Where the length would stand, one byte is enough here. */
			if (rest.n == 0)
				break;
			text = span_first(span_from(rest, 1), (unsigned char)*rest.p);
			journal_export_binary(export, text);
			rest = span_from(rest, 1 + text.n);
			break;
		case JOURNAL_RECORD:
			check_line(&line);
			break;
		}
	}
	journal_export_free(export);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { (const char *)data, size };
	struct span rest = all;
	struct buf store = BUF_INIT;
	struct span text;
	struct line line;

	while (rest.p && span_cut(&rest, '\n', &text)) {
		(void)journal_is_json(text);
		if (journal_read_json(text, &store, &line))
			check_line(&line);
		(void)journal_unwrap_container(text, &store);
	}
	read_export(all);
	buf_clear(&store);
	return 0;
}
