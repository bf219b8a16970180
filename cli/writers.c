#include "cli/writers.h"

#include "cli/csv.h"
#include "cli/html.h"
#include "cli/json.h"

static void
csv_row(struct buf *out, const struct span *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		csv_text(out, cells[i]);
	csv_end(out);
}

static void
write_csv(struct buf *out, const struct tui_table *table)
{
	if (table->cols == 0) {
		static const struct span heading = { "text", 4 };
		struct span rest = table->text, line;

		csv_row(out, &heading, 1);
		while (span_cut(&rest, '\n', &line))
			csv_row(out, &line, 1);
		return;
	}
	csv_row(out, table->headings, table->cols);
	for (size_t i = 0; i < table->rows; i++)
		csv_row(out, table->cells + i * table->cols, table->cols);
}

static void
write_json(struct buf *out, const struct tui_table *table)
{
	if (table->cols == 0) {
		buf_add(out, SPAN("{\"text\":"));
		json_string(out, table->text);
		buf_add(out, SPAN("}\n"));
		return;
	}
	buf_add(out, SPAN("[\n"));
	for (size_t i = 0; i < table->rows; i++) {
		buf_add(out, SPAN("{"));
		for (size_t k = 0; k < table->cols; k++) {
			if (k > 0)
				buf_add_char(out, ',');
			json_string(out, table->headings[k]);
			buf_add_char(out, ':');
			json_string_or_null(out, table->cells[i * table->cols + k]);
		}
		buf_add(out, i + 1 < table->rows ? SPAN("},\n") : SPAN("}\n"));
	}
	buf_add(out, SPAN("]\n"));
}

static void
html_row(struct buf *out, const char *tag, const struct span *cells, size_t n)
{
	buf_add(out, SPAN("<tr>"));
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "<%s>", tag);
		html_text(out, cells[i]);
		buf_addf(out, "</%c%c>", tag[0], tag[1]);
	}
	buf_add(out, SPAN("</tr>\n"));
}

static void
write_html(struct buf *out, const struct tui_table *table)
{
	buf_add(out, SPAN("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>dkimwhy</title>\n"
			  "<style>body{font-family:sans-serif}td,th{padding:0 1em 0 0;"
			  "text-align:left;vertical-align:top}</style>\n<h1>"));
	html_text(out, span_of(table->title));
	buf_add(out, SPAN("</h1>\n"));
	if (table->cols == 0) {
		struct span rest = table->text, line;

		buf_add(out, SPAN("<pre>"));
		while (span_cut(&rest, '\n', &line)) {
			html_text(out, line);
			buf_add_char(out, '\n');
		}
		buf_add(out, SPAN("</pre>\n"));
		return;
	}
	buf_add(out, SPAN("<table>\n"));
	html_row(out, "th scope=\"col\"", table->headings, table->cols);
	for (size_t i = 0; i < table->rows; i++)
		html_row(out, "td", table->cells + i * table->cols, table->cols);
	buf_add(out, SPAN("</table>\n"));
}

static void
write_text(struct buf *out, const struct tui_table *table)
{
	buf_add(out, table->text);
}

const struct tui_writer writers[] = {
	{ ".csv", write_csv },
	{ ".json", write_json },
	{ ".html", write_html },
	{ ".txt", write_text },
	{ NULL, NULL },
};
