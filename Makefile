# dkimwhy - needs GNU make, a C11 compiler and what `make deps` installs
#
# make all        build the program in build/ (B=DIR: elsewhere)
# make deps       install what building and testing need (as root; says the command otherwise)
# make report     build, and explain the logs in samples/
# make check      build, and run all tests
# make sanitize   the tests under address and undefined-behaviour sanitizers
# make analyze    build under gcc's analyzer
# make lint       format, floors, manuals, cppcheck, clang-tidy
# make valgrind   the commands under memcheck over all logs here, and below LOGS=DIR
# make fuzz       each target of tests/fuzz for FUZZ_SECONDS, with clang
# make bench      speed and memory
# make golden     rewrite the expected outputs; read the diff
# make pictures   what the dashboard looks like: into tui/screens.md and README.md
# make coverage   which lines the tests run and which branches they take, of files and floors
# make install    to PREFIX, under DESTDIR; make uninstall takes it away
# make clean      remove what was built

PREFIX ?= /usr/local
MANDIR ?= $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
EXAMPLES ?= $(PREFIX)/share/doc/dkimwhy
B      ?= build
CC     ?= cc
CFLAGS ?= -O2 -g
PKGS    = libpcre2-8 zlib jansson sqlite3 ncursesw $(SECCOMP)

# The systemd journal is read where libsystemd is; without it: make JOURNAL=
JOURNAL ?= $(shell pkg-config --exists libsystemd && echo libsystemd)
# gz is unpacked by ISA-L where the build has its headers and the host the library; without them: make ISAL=
ISAL ?= $(shell pkg-config --exists libisal && echo libisal)
# What reads logs closes itself in, by Landlock and libseccomp; without the latter: make SECCOMP=
SECCOMP ?= $(shell pkg-config --exists libseccomp && echo libseccomp)
CONFINE ?= yes
UNUSED   = parser/$(if $(JOURNAL),journald_none.c,journald.c parser/libsystemd.c) \
           parser/$(if $(ISAL),libisal_none.c,libisal.c)

WARN  = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wundef -Wvla -Wformat=2 -Wswitch-enum
FLAGS = -std=c11 -D_XOPEN_SOURCE=700 $(if $(SECCOMP),-DHAVE_SECCOMP) $(if $(CONFINE),,-DNO_CONFINE) \
        -pthread -I. -I$B $(WARN) -MMD -MP
LIBS  = $(shell pkg-config --libs $(PKGS)) -ldl -pthread

LAYERS = base parser rules store tui
LIBSRC = $(filter-out $(UNUSED) cli/main.c,$(wildcard $(LAYERS:=/*.c) cli/*.c))
LIBOBJ = $(LIBSRC:%.c=$B/%.o)
UNITS  = $(patsubst tests/unit/%.c,$B/tests/unit/%,$(wildcard tests/unit/*.c))
FUZZ   = $(patsubst tests/fuzz/%.c,%,$(filter-out tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c)))
REPLAY = $(FUZZ:%=$B/tests/fuzz/%)
FIRST  = rules/causes.rules rules/opendkim.rules
RULES  = $(FIRST) $(filter-out $(FIRST),$(sort $(wildcard rules/*.rules)))

ASSETS = $(sort $(wildcard cli/*.css cli/*.js))

all: $B/dkimwhy

help:
	@sed -n 's/^# make /make /p' Makefile

# The two commands of README.md. Everything that asks pkg-config waits for `deps`.
report: deps
	@$(MAKE) --no-print-directory all
	@$B/dkimwhy report --opendkim-conf none samples/logs/*.log || [ $$? -eq 1 ]

check: deps
	@$(MAKE) --no-print-directory tests
	@B=$B tests/run

deps:
	@tests/deps

tests: $B/dkimwhy $(UNITS) $(REPLAY)

$B/dkimwhy: $B/cli/main.o $B/libdkimwhy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$B/libdkimwhy.a: $(LIBOBJ)
	rm -f $@ && $(AR) rcs $@ $^

$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# A text becomes an array of lines: one literal would pass C11's 4095 bytes. (\?: no trigraphs.)
$B/rules/builtin.inc: $(RULES) Makefile
	@mkdir -p $(@D)
	for f in $(RULES); do \
		echo "static const char *const $$(basename $$f .rules | tr - _)_rules[] = {"; \
		sed 's/[\\"?]/\\&/g; s/	/\\t/g; s/.*/"&",/' $$f; echo 'NULL };'; \
	done > $@.new
	{ echo 'static const struct builtin_file { const char *name; const char *const *lines; } builtin_files[] = {'; \
	for f in $(RULES); do n=$$(basename $$f .rules); \
		echo "{ \"$$n.rules\", $$(echo $$n | tr - _)_rules },"; done; \
	echo '{ NULL, NULL } };'; } >> $@.new
	mv $@.new $@

$B/rules/builtin.o: $B/rules/builtin.inc

# The logs of the founding cases, for `dkimwhy demo`.
FOUNDING = $(sort $(wildcard samples/logs/seed-*.log))
$B/cli/founding.inc: $(FOUNDING) Makefile
	@mkdir -p $(@D)
	for f in $(FOUNDING); do \
		echo "static const char *const $$(basename $$f .log | tr - _)[] = {"; \
		sed 's/[\\"?]/\\&/g; s/.*/"&",/' $$f; echo 'NULL };'; \
	done > $@.new
	{ echo 'static const struct { const char *name; const char *const *lines; } founding[] = {'; \
	for f in $(FOUNDING); do n=$$(basename $$f .log); \
		echo "{ \"$$n.log\", $$(echo $$n | tr - _) },"; done; \
	echo '{ NULL, NULL } };'; } >> $@.new
	mv $@.new $@

$B/cli/demo.o: $B/cli/founding.inc

# Style and script of the HTML report and of the mail, likewise.
$B/cli/assets.inc: $(ASSETS) Makefile
	@mkdir -p $(@D)
	for f in $(ASSETS); do \
		echo "static const char *const $$(basename $$f | tr . _)[] = {"; \
		sed 's/[\\"?]/\\&/g; s/	/\\t/g; s/.*/"&\\n",/' $$f; echo 'NULL };'; \
	done > $@.new
	mv $@.new $@

$B/cli/page.o: $B/cli/assets.inc

$B/tests/unit/%: $B/tests/unit/%.o $B/libdkimwhy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

$B/tests/unit/log: LIBS += -larchive

$B/tests/bench/%: $B/tests/bench/%.o $B/libdkimwhy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$B/tests/fuzz/%: $B/tests/fuzz/%.o $B/tests/fuzz/replay.o $B/libdkimwhy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

sanitize: deps
	@$(MAKE) --no-print-directory B=$B/sanitize CONFINE= CFLAGS='$(SANITIZE) -Werror' tests
	@B=$B/sanitize tests/run

valgrind: deps
	@$(MAKE) --no-print-directory B=$B/valgrind CONFINE= CFLAGS='-O1 -g' all
	@B=$B/valgrind tests/valgrind $(LOGS)

analyze: deps
	@$(MAKE) --no-print-directory B=$B/analyze CFLAGS='-O2 -fanalyzer -Werror' all

lint: deps
	@tests/lint

# Inputs that reach new code land in B/fuzz/NAME.found/; those worth keeping go to NAME.corpus/.
FUZZ_SECONDS ?= 60
fuzz: deps
	@command -v clang >/dev/null || { echo "fuzz: needs clang" >&2; exit 1; }
	@for t in $(FUZZ); do \
		mkdir -p $B/fuzz/$$t.found tests/fuzz/$$t.corpus || exit 1; \
		$(MAKE) --no-print-directory B=$B/fuzz CC=clang CONFINE= \
			CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
			$B/fuzz/libdkimwhy.a $B/fuzz/tests/fuzz/$$t.o || exit 1; \
		clang -fsanitize=fuzzer,address,undefined -o $B/fuzz/$$t $B/fuzz/tests/fuzz/$$t.o \
			$B/fuzz/libdkimwhy.a $(LIBS) || exit 1; \
		$B/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -max_len=8192 \
			-artifact_prefix=$B/fuzz/ $B/fuzz/$$t.found \
			tests/fuzz/$$t.corpus || exit 1; \
	done

bench: deps
	@$(MAKE) --no-print-directory all
	@B=$B tests/bench/run
	@B=$B tests/bench/growth
	@B=$B tests/bench/live
	@B=$B tests/bench/beside
	@$(MAKE) --no-print-directory $B/tests/bench/dashboard
	@$B/tests/bench/dashboard $B/tests/bench/ten-million.db

golden: deps
	@$(MAKE) --no-print-directory all
	@B=$B GOLDEN=write tests/golden/outputs.t

pictures: deps
	@$(MAKE) --no-print-directory all
	@B=$B tests/screens/pictures

coverage: deps
	@$(MAKE) --no-print-directory B=$B/coverage CONFINE= CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage tests
	@$B/coverage/dkimwhy --version >/dev/null && chmod -R a+rwX $B/coverage # counts of other users, too
	@B=$B/coverage tests/run
	@cd $B/coverage && gcov -b -c -n $$(find base parser rules store cli -name '*.gcda') 2>/dev/null | \
		$(CURDIR)/tests/coverage

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5
	install -m 755 $B/dkimwhy $(DESTDIR)$(PREFIX)/bin
	install -m 644 cli/dkimwhy.1 $(DESTDIR)$(MANDIR)/man1
	install -m 644 rules/dkimwhy-rules.5 store/dkimwhy-store.5 $(DESTDIR)$(MANDIR)/man5
	install -d $(DESTDIR)$(UNITDIR) $(DESTDIR)$(EXAMPLES)
	sed 's,@bindir@,$(PREFIX)/bin,' cli/dkimwhy-summary.service \
		> $(DESTDIR)$(UNITDIR)/dkimwhy-summary.service
	install -m 644 cli/dkimwhy-summary.timer $(DESTDIR)$(UNITDIR)
	install -m 755 cli/dkimwhy.cron $(DESTDIR)$(EXAMPLES)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/dkimwhy $(DESTDIR)$(MANDIR)/man1/dkimwhy.1 \
		$(DESTDIR)$(MANDIR)/man5/dkimwhy-rules.5 $(DESTDIR)$(MANDIR)/man5/dkimwhy-store.5 \
		$(DESTDIR)$(UNITDIR)/dkimwhy-summary.service \
		$(DESTDIR)$(UNITDIR)/dkimwhy-summary.timer $(DESTDIR)$(EXAMPLES)/dkimwhy.cron

clean:
	rm -rf $B

-include $(shell find $B -name '*.d' 2>/dev/null)
.PHONY: all help report check deps tests sanitize valgrind analyze lint fuzz bench golden pictures coverage \
	install uninstall clean
.SECONDARY:
