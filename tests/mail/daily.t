#!/bin/sh
# The files that have a summary made every day: cron's script, systemd's units.
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
n=0
ok() { # name, command
	n=$((n + 1)) name=$1
	shift
	"$@" && echo "ok $n - $name" || echo "not ok $n - $name"
}
printf '#!/bin/sh\necho "$@"\n' >"$work/dkimwhy"
chmod +x "$work/dkimwhy"
daily() { # SYSTEMD, STORE
	SYSTEMD=$1 STORE=$2 PATH=$work:$PATH sh cli/dkimwhy.cron
}
says() { [ "$(daily "$1" "$2")" = "$3" ]; }
: >"$work/store"
ok "cron: of the store" says "$work/none" "$work/store" "summary --if-findings --exit-zero"
ok "cron: of the logs" says "$work/none" "$work/none" "summary --if-findings --exit-zero --since -1d"
ok "cron steps back where systemd runs" says "$work" "$work/store" ""
known() { # each option that a file names is one of summary's
	for option in $(grep -o -- '--[a-z][a-z-]*' "$1"); do
		"${B:-build}/dkimwhy" summary --help | grep -q -- " $option\>" || return 1
	done
}
ok "cron: its options are there" known cli/dkimwhy.cron
ok "service: its options are there" known cli/dkimwhy-summary.service
if command -v systemd-analyze >/dev/null 2>&1; then
	cp cli/dkimwhy-summary.timer "$work"
	sed "s,@bindir@,$work," cli/dkimwhy-summary.service >"$work/dkimwhy-summary.service"
	ok "systemd takes the units" systemd-analyze verify --man=no "$work/dkimwhy-summary.timer" "$work/dkimwhy-summary.service"
else
	ok "systemd takes the units # SKIP no systemd-analyze" true
fi
echo "1..$n"
