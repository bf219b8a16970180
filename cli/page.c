#include "cli/page.h"

#include "cli/assets.inc"

/* Of cli/report.js, which the browser compares; a test does so, too. */
#define SCRIPT_HASH "sha256-+493Scaj7ljb09S9geS6NgZGM2c0GT7OII113eRvkQw="

static void
add_lines(struct buf *out, const char *const *lines)
{
	for (; *lines != NULL; lines++)
		buf_add(out, span_of(*lines));
}

void
page_begin(struct buf *out, const struct cli_session *session, enum page_kind kind,
	struct span title)
{
	bool report = kind == PAGE_REPORT;

	buf_addf(out, "<!DOCTYPE html>\n<html lang=\"%s\"", session->lang == LANG_JA ? "ja" : "en");
	if (report) {
		buf_add(out, SPAN(" data-filter=\""));
		html_word(out, session, WORD_PAGE_FILTER);
		buf_add_char(out, '"');
	}
	buf_add(out, SPAN(">\n<head>\n<meta charset=\"UTF-8\">\n"));
	if (report)
		buf_add(out,
			SPAN("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
			     "style-src 'unsafe-inline'; script-src '" SCRIPT_HASH
			     "'; base-uri 'none'; form-action 'none'\">\n"
			     "<meta name=\"referrer\" content=\"no-referrer\">\n"));
	buf_add(out,
		SPAN("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"));
	html_text(out, title);
	buf_add(out, SPAN("</title>\n<style>\n"));
	add_lines(out, report ? report_css : mail_css);
	buf_add(out, SPAN("</style>\n</head>\n<body>\n"));
}

void
page_end(struct buf *out, enum page_kind kind)
{
	if (kind == PAGE_REPORT) {
		buf_add(out, SPAN("<script>"));
		add_lines(out, report_js);
		buf_add(out, SPAN("</script>\n"));
	}
	buf_add(out, SPAN("</body>\n</html>\n"));
}
