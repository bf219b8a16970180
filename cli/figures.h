/*
 * figures.h - what a report tells, computed once for every format.
 *
 * From the session's logs or its store: the digest of the messages that count, and the lines of
 * --list, which the format makes while messages pass by.
 */
#ifndef CLI_FIGURES_H
#define CLI_FIGURES_H

#include "cli/curve.h"
#include "cli/digest.h"
#include "cli/spool.h"

struct figures;

/* Append to session.out how one message is listed. */
typedef void figures_line(struct figures *figures, const struct message *message);

/* The last hour and the last day before now. */
#define FIGURES_WINDOWS 2

struct figures {
	struct cli_session session;
	struct digest digest;
	figures_line *line; /* NULL: messages are not listed */
	struct spool list;  /* what line made, in the order of time */
	uint64_t gaps;      /* times of which the store knows that lines are missing */
	struct curve curve; /* of all messages that the filters let pass, whenever they came */
	uint64_t recent[FIGURES_WINDOWS][VERDICT_COUNT]; /* of what passes, that came in then */
	struct tally hosts;                              /* of those that count */
	/*
	 * A period: what counts is when a message came in, so that it belongs to one of two periods that
	 * follow each other. Since the store knows of signed and inbound mail only in which hour it came, what
	 * is new in the hour in which the period begins is what there is now, less what the period before
	 * told of: told, which was the reached of that one.
	 */
	bool period;
	uint64_t told[VERDICT_COUNT], reached[VERDICT_COUNT];
	uint64_t one_by_one[VERDICT_COUNT]; /* of that hour, those that came as messages */
	/* Of the store only the period is read again; how many there were since then is asked of its sums. */
	bool chosen;
	bool terse; /* incidents may lack what they wrote before the window, and recent is not asked for */
	int64_t curve_from;
	int64_t begins,
		ends; /* of what was read, where a period reaches further; else INSTANT_NONE */
};

/* Open the session. figures_clear() in any case. */
int figures_open(struct figures *figures, const struct settings *settings, figures_line *line,
	struct error *err);

/* What is read may be anything from now on: close in before (session_confine()). */
void figures_confine(struct figures *figures);

/* Then, when session.since, session.until and a period are set as they are to be: read all. */
int figures_read(struct figures *figures, struct error *err);
void figures_clear(struct figures *figures);

/*
 * A fault of the service that was not seen to end: a finding, though no mail came meanwhile. NULL: there
 * is none.
 */
const struct incident *figures_fault(const struct figures *figures);

/* What could not be known, told as a sentence with one number; of 0 there is nothing to tell. */
struct figures_remark {
	enum word word;
	uint64_t number;
};
#define FIGURES_REMARKS 5 /* the last of them of lines that no rule knows */
void figures_remarks(const struct figures *figures, struct figures_remark remarks[FIGURES_REMARKS]);

/* Is there such a thing, or a message of an unknown verdict, or a time that was not read? */
bool figures_lack(const struct figures *figures);

/* The exit status that the figures come to: what was found, and with --exit-zero 0. */
int figures_found(const struct figures *figures);
int figures_status(const struct figures *figures);

#endif
