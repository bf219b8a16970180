/*
 * fuzz.h - what every fuzz target offers, to libFuzzer and to replay.c.
 *
 * A target reads size bytes as something that comes from outside. It aborts
 * where a promise of a header is broken; the sanitizers see the rest.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
