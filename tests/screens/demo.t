#!/usr/bin/perl
# `dkimwhy demo`: the same for the same time, as text and in the dashboard.
use strict;
use warnings;

require './tests/screens/tmux.pl';

our $B;
my $dir = $ENV{TMPDIR} = folder('demo');
$ENV{SOURCE_DATE_EPOCH} = 1795510800; # 24 November 2026, nine o'clock

sub report {
	my $said = `TZ=UTC $B/dkimwhy demo --report 2>&1`;

	ok($? == 0, 'the report of the demo');
	$said =~ s{/\S*dkimwhy-\w+}{FOLDER}g;
	return $said;
}

my $report = report();
ok($report eq report(), 'twice the same');
ok($report =~ /^no-signing-table-match +\d{3}/m && $report =~ /^milter-unreachable +\d{3}/m
	&& $report =~ /^key-permission +\d\d/m && $report =~ /^not-internal +\d\d/m, 'a month of mistakes');
ok($report =~ /service\.example/, 'the founding cases among them');
ok($report =~ /rejected \d\d, unknown \d\d/ && $report =~ /^header-syntax +\d\d/m, 'refused mail, and what is not known');
ok($report =~ /resolver cache turned over/, 'lines that no rule knows');
ok($report =~ /log lines were lost/, 'and lines that were lost');
if (have_tmux()) {
	open_terminal('a', '80x24', "$B/dkimwhy demo");
	shows('a', [], qr/!! milter-unreachable since .*: \d+ messages hit.*> milter-unreachable/s, 'the demo in the dashboard');
	shows('a', ['4', 'Z'], qr/day by day.*a +no-signing-table-match +\d{3}/s, 'its month');
	shows('a', ['3'], qr/^> \d\d:\d\d:\d\d +4D/m, 'its messages, of more than a page');
	keys_to('a', '/');
	text_to('a', 'nobody.example');
	shows('a', ['Enter'], qr/^> \d\d:\d\d:\d\d +4D.*'nobody.example' is not found/ms, 'what is nowhere moves nobody');
	shows('a', ['Q'], qr/ended with 0/, 'out');
} else {
	skip('the demo in the dashboard', 'no tmux');
}
ok(!glob("$dir/*"), 'nothing of it is left');
done();
