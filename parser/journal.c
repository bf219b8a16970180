#include "parser/journal.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"

static const char *const field_names[JOURNAL_FIELDS] = {
	[JOURNAL_REALTIME] = "__REALTIME_TIMESTAMP",
	[JOURNAL_SOURCE_REALTIME] = "_SOURCE_REALTIME_TIMESTAMP",
	[JOURNAL_HOST] = "_HOSTNAME",
	[JOURNAL_IDENTIFIER] = "SYSLOG_IDENTIFIER",
	[JOURNAL_COMM] = "_COMM",
	[JOURNAL_SYSLOG_PID] = "SYSLOG_PID",
	[JOURNAL_PID] = "_PID",
	[JOURNAL_MESSAGE] = "MESSAGE",
};

const char *
journal_field_name(enum journal_field field)
{
	return field_names[field];
}

struct journal_export {
	struct buf values[JOURNAL_FIELDS];
	struct buf store;
	int binary; /* the field whose value follows, or -1 */
	bool open;  /* a line of the record was seen */
};

/* journalctl -o json-seq puts RS before a record, -o json-sse "data: ". */
static struct span
skip_framing(struct span line)
{
	line = span_trim(line);
	if (line.n > 0 && *line.p == '\x1e')
		line = span_from(line, 1);
	if (span_starts(line, SPAN("data: ")))
		line = span_from(line, 6);
	return line;
}

bool
journal_is_json(struct span line)
{
	line = skip_framing(line);
	return line.n > 2 && *line.p == '{' && span_has(line, SPAN("_REALTIME_TIMESTAMP\""));
}

bool
journal_is_export(struct span line)
{
	return span_starts(line, SPAN("__CURSOR=")) ||
	       span_starts(line, SPAN("__REALTIME_TIMESTAMP="));
}

static struct span
first_of(const struct span *values, enum journal_field a, enum journal_field b)
{
	return values[a].n > 0 ? values[a] : values[b];
}

static struct span
part(const struct buf *store, size_t from, size_t n)
{
	return (struct span){ store->p + from, n };
}

bool
journal_compose(const struct span values[JOURNAL_FIELDS], struct buf *store, struct line *line)
{
	struct span stamp = first_of(values, JOURNAL_REALTIME, JOURNAL_SOURCE_REALTIME);
	struct span tag = first_of(values, JOURNAL_IDENTIFIER, JOURNAL_COMM);
	struct span pid = first_of(values, JOURNAL_SYSLOG_PID, JOURNAL_PID);
	struct span host = values[JOURNAL_HOST];
	struct span text = span_trim(values[JOURNAL_MESSAGE]);
	size_t host_at, tag_at;
	uint64_t t = 0, n = 0;

	if (!values[JOURNAL_MESSAGE].p || !span_to_u64(stamp, &t) || t > INT64_MAX / 2)
		return false;
	buf_reset(store);
	instant_rfc3339(store, (int64_t)t, true);
	buf_add_char(store, ' ');
	host_at = store->n;
	buf_add(store, host);
	buf_add_char(store, ' ');
	tag_at = store->n;
	buf_add(store, tag);
	if (span_to_u64(pid, &n) && n > 0 && n <= UINT32_MAX)
		buf_addf(store, "[%lu]", (unsigned long)n);
	else
		n = 0;
	buf_add(store, SPAN(": "));
	line->text.n = text.n;
	buf_add(store, text);
	line->when = (int64_t)t;
	line->own_stamp = true;
	line->host = part(store, host_at, host.n);
	line->tag = part(store, tag_at, tag.n);
	line->pid = (uint32_t)n;
	line->text = part(store, store->n - text.n, text.n);
	line->raw = buf_span(store);
	return true;
}

/* An array of bytes, as journald writes text that is no UTF-8. */
static void
add_bytes(const json_t *array, struct buf *out)
{
	size_t n = json_array_size(array);

	for (size_t i = 0; i < n; i++) {
		const json_t *byte = json_array_get(array, i);

		if (json_is_integer(byte))
			buf_add_char(out, (char)(unsigned char)json_integer_value(byte));
	}
}

/* A field's value; a field that was given several times is an array of values: the first. */
static struct span
value_of(const json_t *value, struct buf *bytes)
{
	if (json_is_array(value) && !json_is_integer(json_array_get(value, 0)))
		value = json_array_get(value, 0);
	if (json_is_string(value))
		return (struct span){ json_string_value(value), json_string_length(value) };
	if (!json_is_array(value))
		return SPAN_NONE;
	add_bytes(value, bytes);
	return buf_span(bytes);
}

static json_t *
load(struct span record)
{
	record = skip_framing(record);
	if (record.n < 2 || *record.p != '{')
		return NULL;
	return json_loadb(record.p, record.n, JSON_ALLOW_NUL, NULL);
}

bool
journal_read_json(struct span record, struct buf *store, struct line *line)
{
	struct span values[JOURNAL_FIELDS];
	struct buf bytes[JOURNAL_FIELDS];
	json_t *json = load(record);
	bool read;

	if (!json)
		return false;
	for (size_t i = 0; i < JOURNAL_FIELDS; i++) {
		bytes[i] = (struct buf)BUF_INIT;
		values[i] = value_of(json_object_get(json, field_names[i]), &bytes[i]);
	}
	read = journal_compose(values, store, line);
	for (size_t i = 0; i < JOURNAL_FIELDS; i++)
		buf_clear(&bytes[i]);
	json_decref(json);
	return read;
}

bool
journal_unwrap_container(struct span record, struct buf *store)
{
	json_t *json = load(record);
	const json_t *text = json ? json_object_get(json, "log") : NULL;
	const json_t *stamp = json ? json_object_get(json, "time") : NULL;
	bool read = json_is_string(text) && json_is_string(stamp);

	if (read) {
		buf_reset(store);
		buf_add(store,
			(struct span){ json_string_value(stamp), json_string_length(stamp) });
		buf_add_char(store, ' ');
		buf_add(store, span_trim((struct span){
				       json_string_value(text), json_string_length(text) }));
	}
	json_decref(json);
	return read;
}

struct journal_export *
journal_export_new(void)
{
	struct journal_export *export = xcalloc(1, sizeof(*export));

	export->binary = -1;
	return export;
}

void
journal_export_free(struct journal_export *export)
{
	if (!export)
		return;
	for (size_t i = 0; i < JOURNAL_FIELDS; i++)
		buf_clear(&export->values[i]);
	buf_clear(&export->store);
	free(export);
}

bool
journal_export_open(const struct journal_export *export)
{
	return export->open;
}

static int
field_of(struct span name)
{
	for (int i = 0; i < JOURNAL_FIELDS; i++) {
		if (span_eq(name, span_of(field_names[i])))
			return i;
	}
	return -1;
}

static void
keep(struct journal_export *export, int field, struct span value)
{
	if (field < 0)
		return;
	buf_reset(&export->values[field]);
	buf_add(&export->values[field], value);
}

static enum journal_step
end_record(struct journal_export *export, struct line *out)
{
	struct span values[JOURNAL_FIELDS];
	bool read;

	for (size_t i = 0; i < JOURNAL_FIELDS; i++)
		values[i] = buf_span(&export->values[i]);
	read = export->open && journal_compose(values, &export->store, out);
	for (size_t i = 0; i < JOURNAL_FIELDS; i++)
		buf_clear(&export->values[i]);
	export->open = false;
	return read ? JOURNAL_RECORD : JOURNAL_MORE;
}

enum journal_step
journal_export_feed(struct journal_export *export, struct span line, struct line *out)
{
	ptrdiff_t at = span_find_char(line, '=');

	if (line.n == 0)
		return end_record(export, out);
	export->open = true;
	if (at < 0) {
		export->binary = field_of(line);
		return JOURNAL_BINARY;
	}
	keep(export, field_of(span_first(line, (size_t)at)), span_from(line, (size_t)at + 1));
	return JOURNAL_MORE;
}

void
journal_export_binary(struct journal_export *export, struct span value)
{
	keep(export, export->binary, value);
	export->binary = -1;
}
