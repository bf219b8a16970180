/* Line by line, with and without what neighbouring lines share: the same frame, inside the line. */
#include <stdlib.h>

#include "parser/frame.h"
#include "tests/fuzz/fuzz.h"

/* Programs that write no name of their own get a constant one. */
static const struct span constant_tags[] = { { "rspamd", 6 }, { "supervisord", 11 },
	{ "systemd", 7 } };

static void
check_inside(struct span part, struct span line)
{
	if (part.n > 0 && (part.p < line.p || part.p + part.n > line.p + line.n))
		abort();
}

static void
check_tag(struct span tag, struct span line)
{
	for (size_t i = 0; i < sizeof(constant_tags) / sizeof(constant_tags[0]); i++) {
		if (span_eq(tag, constant_tags[i]))
			return;
	}
	check_inside(tag, line);
}

static void
check_stamp(const struct frame *frame)
{
	const struct civil *civil = &frame->civil;

	if (frame->stamp == STAMP_NONE)
		return;
	if (civil->month < 1 || civil->month > 12 || civil->day < 1 || civil->day > 31 ||
		civil->hour > 23 || civil->minute > 59 || civil->second > 60 || civil->micro < 0 ||
		civil->micro > 999999 || (civil->year == 0) != (frame->stamp == STAMP_YEARLESS))
		abort();
}

static void
check_line(struct span line, struct frame_cache *cache)
{
	struct frame frame, again;

	frame_read_next(line, cache, &frame);
	check_inside(frame.host, line);
	check_inside(frame.text, line);
	check_tag(frame.tag, line);
	check_stamp(&frame);
	if (frame.times == 0)
		abort();
	frame_read(line, &again);
	if (again.stamp != frame.stamp || !span_eq(again.tag, frame.tag) || again.pid != frame.pid)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size };
	struct span line;
	struct frame_cache cache = { .n = 0 };

	while (rest.n > 0 && span_cut(&rest, '\n', &line))
		check_line(line, &cache);
	return 0;
}
