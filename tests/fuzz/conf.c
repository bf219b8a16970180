/* The bytes as opendkim.conf, as the table it names, and as main.cf: all that is given is readable. */
#include <stdlib.h>

#include "parser/conf.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/fuzz.h"

static const char *const names[] = { "Domain", "SigningTable", "KeyTable", "InternalHosts",
	"PeerList", "smtpd_milters", "a" };

static unsigned
use_sets(struct conf *conf)
{
	unsigned seen = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct conf_set set = conf_set(conf, names[i]);

		seen += conf_bool(conf, names[i], true);
		for (size_t k = 0; k < set.n; k++)
			seen += fuzz_sum(set.rows[k].key) + fuzz_sum(set.rows[k].value) +
			        set.rows[k].line;
		if ((set.kind == CONF_SET_ELSEWHERE || set.kind == CONF_SET_UNREADABLE) &&
			set.n > 0)
			abort();
	}
	return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size };
	struct error err = ERROR_INIT;
	struct fuzz_file file;
	unsigned seen = 0;
	struct conf *conf;

	/* It may ask for other files of this machine, and the answer would not be the same elsewhere. */
	for (size_t i = 0; i + 1 < size; i++) {
		if (data[i] == '/' && data[i + 1] != '/')
			return 0;
	}
	fuzz_file_put(&file, bytes);
	conf = conf_new(file.path, &err);
	if (conf)
		seen += use_sets(conf);
	conf_free(conf);
	conf = conf_new_main_cf(file.path, &err);
	for (size_t i = 0; conf && i < sizeof(names) / sizeof(names[0]); i++)
		seen += fuzz_sum(conf_main_cf(conf, names[i]));
	conf_free(conf);
	fuzz_file_remove(&file);
	fuzz_use(seen);
	return 0;
}
