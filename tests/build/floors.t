#!/bin/sh
# The walls of the house, as a test: none is climbed, and a planted climb is seen.
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy"' EXIT
n=0

result() { # exit status, what was tested
	n=$((n + 1))
	[ "$1" -eq 0 ] || printf 'not '
	echo "ok $n - $2"
}

plant() { # file, line
	rm -rf "$copy"/*
	mkdir -p "$copy/tests/unit" "$copy/${1%/*}"
	cp "$root/tests/floors" "$copy/tests/"
	echo "$2" >"$copy/$1"
}

echo 1..10
found=$("$root/tests/floors")
result $? 'no include climbs a floor and no library leaves its room'
[ -z "$found" ] || echo "$found" | sed 's/^/# /'

while read -r file include; do
	plant "$file" "#include $include"
	! "$copy/tests/floors" >/dev/null
	result $? "$file must not include $include"
done <<'PLANTED'
base/span.c "parser/line.h"
parser/line.c "rules/cause.h"
store/row.c "tui/keys.h"
rules/rule.c "tests/helper.h"
cli/main.c "tui/keys.h"
base/utf8.c <pcre2.h>
store/row.c <archive.h>
parser/log.c <systemd/sd-journal.h>
tests/unit/log.c <jansson.h>
PLANTED
