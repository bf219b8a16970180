/* Line by line to events: every part lies in the line, or is one of the constants. */
#include <stdlib.h>

#include "parser/event.h"
#include "parser/frame.h"
#include "tests/fuzz/fuzz.h"

static void
check_inside(struct span part, struct span line)
{
	if (part.n > 0 && (part.p < line.p || part.p + part.n > line.p + line.n))
		abort();
}

static void
check_fields(const struct postfix_fields *f, struct span line)
{
	const struct span parts[] = { f->client_name, f->client_ip, f->orig_client_name,
		f->orig_client_ip, f->orig_queue_id, f->sasl_username, f->sasl_method, f->sender,
		f->recipient, f->orig_recipient, f->relay_name, f->relay_ip, f->reply, f->dsn,
		f->message_id, f->queued_as, f->notice_id, f->answer };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		check_inside(parts[i], line);
}

static void
check_line(struct span raw)
{
	struct frame frame;
	struct event event;
	struct line line = { .times = 1 };

	frame_read(raw, &frame);
	line.tag = frame.tag;
	line.text = frame.text;
	line.raw = raw;
	if (event_read(&line, &event)) {
		if (event.daemon == DAEMON_NONE || (event.noqueue && event.queue_id.n > 0))
			abort();
		check_inside(event.queue_id, raw);
		check_inside(event.text, raw);
		check_fields(&event.fields, raw);
	}
	(void)event_speaks_as_opendkim(&line);
	event_read_opendkim(&line, &event);
	check_inside(event.queue_id, raw);
	check_inside(event.text, raw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size };
	struct span line;

	while (rest.p && span_cut(&rest, '\n', &line))
		check_line(line);
	return 0;
}
