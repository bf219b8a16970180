#!/bin/sh
# Whole outputs of commands on samples/, compared with tests/golden/expected.
# `make golden` writes them anew; read the difference before you commit it.
dir=tests/golden/expected
dkimwhy=${B:-build}/dkimwhy
export TZ=UTC LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=1795500000
touch -d @1795495000 samples/logs/*.log tests/golden/hostile.log
n=0
try() { # name, expected status, command
	name=$1 want=$2
	shift 2
	n=$((n + 1))
	"$dkimwhy" "$@" >"$dir/$name.got" 2>&1
	got=$?
	[ "${GOLDEN:-}" = write ] && cp "$dir/$name.got" "$dir/$name"
	if [ $got -eq "$want" ] && cmp -s "$dir/$name" "$dir/$name.got"; then
		echo "ok $n - $name"
	else
		diff "$dir/$name" "$dir/$name.got" | sed 's/^/# /' | head -40
		echo "not ok $n - $name (status $got, expected $want)"
	fi
	rm -f "$dir/$name.got"
}
S=samples/logs
C='--opendkim-conf none'
try report 1 report $C $S/seed-telnet-no-from.log $S/seed-config-typo.log $S/seed-permission-denied.log
try report-ja 1 report $C --lang ja $S/seed-signing-table-mismatch.log
# A locale that was never made on this host.
LC_ALL=ja_JP.UTF-8
try report-ja-locale 1 report $C --list --by client,day $S/seed-not-reloaded.log
LC_ALL=C.UTF-8
try report-by 1 report $C --by domain,client,day --top 3 --list $S/seed-telnet-not-internal.log
try explain 1 explain $C 82144AE05DF --log $S/seed-telnet-no-from.log
try explain-ja 1 explain $C --lang ja ACA53ADC3F3 --log $S/seed-permission-denied.log
try explain-compare 1 explain $C --compare E8815AE04CD 82144AE05DF --log $S/seed-telnet-no-from.log
try explain-eml 1 explain $C samples/message.eml --log $S/seed-telnet-no-from.log
try explain-missing 3 explain $C 0000000000 --log $S/seed-telnet-no-from.log
try export 1 export $C $S/seed-not-reloaded.log
rm -f "$dir"/store.db*
try ingest 0 ingest $C --store "$dir/store.db" $S/seed-telnet-no-from.log $S/seed-permission-denied.log
try ingest-again 0 ingest $C --store "$dir/store.db" $S/seed-permission-denied.log
try ingest-status 0 ingest --store "$dir/store.db" --status
try ingest-check 0 ingest --store "$dir/store.db" --check
try store-report 1 report $C --store "$dir/store.db" --by domain
try store-explain 1 explain $C --store "$dir/store.db" 82144AE05DF
try prune-dry 0 prune --utc --store "$dir/store.db" --older-than 2026-11-24 --addresses '2026-11-24 03:00' --dry-run
try prune-addresses 0 prune --utc --store "$dir/store.db" --addresses '2026-11-24 03:00'
try prune-report 1 report $C --store "$dir/store.db" --by domain
try prune-ingest 0 ingest $C --store "$dir/store.db" $S/seed-permission-denied.log
try prune-check 0 ingest --store "$dir/store.db" --check
try prune-nothing 2 prune --store "$dir/store.db"
try store-missing 2 report $C --store "$dir/none.db"
rm -f "$dir"/store.db*
try ingest-nothing 2 ingest
try help-ingest 0 ingest --help
try help-watch 0 watch --help
try help-demo 0 demo --help
try watch-nothing 2 watch
try help-prune 0 prune --help
try report-anonymized 1 report $C --anonymize --list $S/seed-permission-denied.log
try report-filtered 1 report $C --utc --since '2026-11-24 02:36' --verdict signed $S/seed-telnet-no-from.log
try report-verbose 1 report $C --verbose --cause not-internal $S/seed-telnet-no-from.log $S/seed-telnet-no-from.log
try report-empty 0 report $C /dev/null
try explain-last 1 explain $C --last 2 --verdict unsigned --log $S/seed-telnet-no-from.log
try explain-last-none 0 explain $C --last 2 --cause key-missing --log $S/seed-telnet-no-from.log
try explain-other-case 3 explain $C 82144ae05df --log $S/seed-telnet-no-from.log
try explain-some-missing 1 explain $C 82144AE05DF 0000000000 --log $S/seed-telnet-no-from.log
try explain-route-ja 1 explain $C --lang ja --evidence 3E328A72282 --log tests/recordings/requeued.log
# Escapes, bidirectional characters and a command, by someone who can write into the log.
try report-hostile 1 report $C --list --by domain,client tests/golden/hostile.log
try explain-hostile 1 explain $C --ascii --evidence 4XyZ1k2LmPz9 --log tests/golden/hostile.log
try help 0 --help
try help-explain 0 explain --help
try help-export 0 export --help
try help-rules 0 rules --help
try version 0 --version
try help-report 0 report --help
try help-summary 0 summary --help
try summary 1 summary $C --utc $S/seed-permission-denied.log $S/seed-telnet-no-from.log
try summary-ja 1 summary $C --lang ja --since -8h --with-addresses --ascii $S/seed-permission-denied.log $S/seed-telnet-no-from.log
try summary-mail 1 summary $C --anonymize --mail postmaster@shop.example --dry-run tests/golden/hostile.log
try summary-clean 0 summary $C --if-findings /dev/null
try summary-no-address 2 summary $C --mail 'a@b.example, c@d.example' $S/seed-permission-denied.log
try nagios 2 report $C --nagios --since -8h $S/seed-permission-denied.log $S/seed-telnet-no-from.log
try nagios-failed 3 report --nagios /nonexistent/maillog
try prometheus 0 export $C --format prometheus $S/seed-permission-denied.log $S/seed-telnet-no-from.log
try report-csv 1 report $C --format csv --by client,day $S/seed-telnet-no-from.log
try report-html-hostile 1 report $C --format html --list --by domain tests/golden/hostile.log
try no-command 2 30F9F308846A
try no-option 2 report --sinse yesterday
try misspelt 2 reprot
try no-cause 2 report --cause not-internl $S/seed-telnet-no-from.log
try no-language 2 report --lang fr $S/seed-telnet-no-from.log
try no-question 2 explain
try no-pair 2 explain --compare 82144AE05DF
try no-file 2 report /nonexistent/maillog
try no-rule 2 rules show no-such-rule
try not-a-log 2 report $C LICENSE
try rules-test 0 rules test
try rules-test-log 0 rules test $S/seed-telnet-no-from.log
try rules-show 0 rules show no-signing-table-match
echo "1..$n"
