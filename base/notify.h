/*
 * notify.h - tell the service manager how the service is: sd_notify(3), over $NOTIFY_SOCKET.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/* "READY=1", "STATUS=...", "WATCHDOG=1", "STOPPING=1". Does nothing where nobody listens. */
void notify_manager(const char *state);

#endif
