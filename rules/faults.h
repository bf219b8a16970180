/*
 * faults.h - what keys suffer and has not ended, found by the domain that a key signs for.
 *
 * Each signature asks whether it ends any of them (incidents_end_key()), and of a host with many keys there may be
 * many: those whose KeyTable name tells the domain are kept by it, the others are looked at one by one.
 */
#ifndef RULES_FAULTS_H
#define RULES_FAULTS_H

#include "rules/incident.h"

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *faults);

/* Keep it, or keep it elsewhere now that it has one key more. Borrows it until faults_remove(). */
void faults_put(struct faults *faults, struct incident *incident);

/* Does nothing when it is not kept. */
void faults_remove(struct faults *faults, struct incident *incident);

/* May there be any of a key of that domain? */
bool faults_any(const struct faults *faults, struct span domain);

/*
 * Those of the key that made such a signature, one after the other: the one behind `before`, which is still
 * kept, or with NULL the first. NULL at the end.
 */
struct incident *faults_next(const struct faults *faults, struct span selector, struct span domain,
	const struct incident *before);

#endif
