#include "parser/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"

#define BLOCKS 8
#define BLOCK_SIZE ((size_t)256 * 1024)
#define HELD 2 /* by who reads */

struct block {
	char *memory; /* room, then BLOCK_SIZE bytes */
	ssize_t n;    /* as unpack_read() answered */
	struct error err;
};

/*
 * Of `blocks` the thread's own are those that are not filled, the reader's those that are; which ones that is,
 * filled, given and stopped tell, and only they are both's: under the lock.
 */
struct ahead {
	struct unpack *unpack;
	size_t room;
	struct block blocks[BLOCKS];
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t filled; /* blocks since the beginning */
	uint64_t given;
	bool stopped;
};

/* The thread. */

/* The next block to fill; NULL: there is to be no more. */
static struct block *
await_free(struct ahead *ahead)
{
	struct block *block = NULL;

	pthread_mutex_lock(&ahead->lock);
	while (!ahead->stopped && ahead->filled - ahead->given >= BLOCKS - HELD)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	if (!ahead->stopped)
		block = &ahead->blocks[ahead->filled % BLOCKS];
	pthread_mutex_unlock(&ahead->lock);
	return block;
}

static void
hand_over(struct ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->filled++;
	pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
}

/* Behind the last block, whose n is 0 or -1, there is none. */
static void *
run(void *ctx)
{
	struct ahead *ahead = ctx;
	struct block *block = await_free(ahead);
	ssize_t n = 1;

	while (n > 0 && block != NULL) {
		n = unpack_read(ahead->unpack, block->memory + ahead->room, BLOCK_SIZE,
			&block->err);
		block->n = n;
		hand_over(ahead);
		if (n > 0)
			block = await_free(ahead);
	}
	return NULL;
}

/* Signals are for the thread that was there before. */
static int
begin(struct ahead *ahead)
{
	sigset_t all, before;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&ahead->thread, NULL, run, ahead);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static void
release(struct ahead *ahead)
{
	pthread_cond_destroy(&ahead->changed);
	pthread_mutex_destroy(&ahead->lock);
	for (size_t i = 0; i < BLOCKS; i++)
		free(ahead->blocks[i].memory);
	free(ahead);
}

/* Who reads. */

struct ahead *
ahead_new(struct unpack *unpack, size_t room)
{
	struct ahead *ahead = xcalloc(1, sizeof *ahead);

	ahead->unpack = unpack;
	ahead->room = room;
	for (size_t i = 0; i < BLOCKS; i++)
		ahead->blocks[i].memory = xmalloc(room + BLOCK_SIZE);
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->changed, NULL);
	if (begin(ahead) == 0)
		return ahead;
	release(ahead);
	return NULL;
}

void
ahead_free(struct ahead *ahead)
{
	if (ahead == NULL)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->stopped = true;
	pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
	(void)pthread_join(ahead->thread, NULL);
	release(ahead);
}

ssize_t
ahead_next(struct ahead *ahead, char **block, struct error *err)
{
	struct block *next = &ahead->blocks[ahead->given % BLOCKS];

	pthread_mutex_lock(&ahead->lock);
	while (ahead->filled == ahead->given)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	/* The last one is given again and again. */
	if (next->n > 0) {
		ahead->given++;
		pthread_cond_signal(&ahead->changed);
	}
	pthread_mutex_unlock(&ahead->lock);
	*block = next->memory + ahead->room;
	if (next->n < 0)
		*err = next->err;
	return next->n;
}
