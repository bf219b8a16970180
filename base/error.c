#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	err->kind = kind;
	return -1;
}

int
error_system(struct error *err, const char *format, ...)
{
	const char *reason = strerror(errno);
	va_list args;
	size_t n;

	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	n = strlen(err->text);
	(void)snprintf(err->text + n, sizeof(err->text) - n, ": %s", reason);
	err->kind = ERROR_SYSTEM;
	return -1;
}

int
error_within(struct error *err, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list args;
	size_t n;

	memcpy(text, err->text, sizeof(text));
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	n = strlen(err->text);
	(void)snprintf(err->text + n, sizeof(err->text) - n, ": %s", text);
	return -1;
}
