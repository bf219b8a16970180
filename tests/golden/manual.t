#!/bin/sh
# README, manual and --help agree: every option of --help stands in dkimwhy(1), every command in both.
dkimwhy=${B:-build}/dkimwhy
n=0
for command in report explain export rules; do
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
echo "1..$n"
