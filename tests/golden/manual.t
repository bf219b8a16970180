#!/bin/sh
# README, manual and --help agree: every option of --help stands in dkimwhy(1), every command in
# both, and the answer that README.md shows is the one that is given.
dkimwhy=${B:-build}/dkimwhy
n=0
for command in report summary explain export ingest prune rules watch demo; do
	for option in $("$dkimwhy" $command --help | grep -o -- '--[a-z][a-z-]*' | sort -u); do
		n=$((n + 1))
		if grep -q -- "Fl -${option#--}\>" cli/dkimwhy.1; then
			echo "ok $n - $command $option is in the manual"
		else
			echo "not ok $n - $command $option is in the manual"
		fi
	done
	n=$((n + 1))
	grep -q "dkimwhy $command" README.md && echo "ok $n - $command is in README.md" ||
		echo "not ok $n - $command is in README.md"
done
n=$((n + 1))
if sed -n '/^    82144AE05DF/,/^        *dkimwhy explain NEWID/s/^    //p; /^$/p' README.md |
	sed -n '/^82144AE05DF/,/dkimwhy explain NEWID/p' | diff - tests/golden/expected/explain; then
	echo "ok $n - the answer in README.md is real"
else
	echo "not ok $n - the answer in README.md is real"
fi
echo "1..$n"
