#!/usr/bin/perl
# What a store keeps of signed and inbound mail: nothing, sums, or rows.
use strict;
use warnings;

require './tests/store/answers.pl';

my $dir = folder('keep');
my @lines = generated(400_000, 21);
my $cut = int(@lines / 2);

append("$dir/1.log", join '', @lines[0 .. $cut]);
append("$dir/2.log", join '', @lines[$cut + 1 .. $#lines]);

# What each message is said to be, without what only its lines tell.
sub messages {
	my (@where) = @_;

	return join "\n", sort map { m/("first_time".*"verdict":"[a-z]+").*("sender".*"signatures":[^]]*)/ ? "$1 $2" : () }
		split /\n/, said('export', @where);
}

sub counts {
	my (@where) = @_;

	return join "\n", grep { /^own mail|^  signed/ } split /\n/, said('report', @where);
}

my $whole = messages("$dir/1.log", "$dir/2.log");
my $counts = counts("$dir/1.log", "$dir/2.log");
my ($signed) = $whole =~ /^.*"signed".*$/mg;

ok(defined $signed && $counts =~ /signed [1-9]/, 'the log holds signed mail', $counts);

said('ingest', '--keep-signed', 'rows', '--store', "$dir/rows.db", "$dir/1.log");
said('ingest', '--store', "$dir/rows.db", "$dir/2.log", "$dir/1.log");
my $rows = messages('--store', "$dir/rows.db");
ok($rows eq $whole, 'rows: each message of the log is there, once', difference($rows, $whole));
ok(counts('--store', "$dir/rows.db") eq $counts, 'and counts once', counts('--store', "$dir/rows.db"), $counts);
ok(said('ingest', '--check', '--store', "$dir/rows.db") =~ /is sound/, 'and the store is sound');
my ($id) = said('export', '--store', "$dir/rows.db") =~ /"queue_id":"(\w+)"[^{]*"verdict":"signed"/;
my $story = said('explain', $id, '--store', "$dir/rows.db");
ok($story =~ /^$id  signed$/m && $story =~ /\(s=\S+ d=\S+\)/, 'which tells of a signed one', $story);
my $listed = said('report', '--list', '-f', 'csv', '--store', "$dir/rows.db");
my $exported = said('export', '-f', 'csv', '--store', "$dir/rows.db");
ok($listed =~ /"signed"/ && $listed eq $exported, 'and report --list has what export has', difference($listed, $exported));
said('ingest', '--rejudge', '--store', "$dir/rows.db");
ok(messages('--store', "$dir/rows.db") eq $whole, 'judged anew, too');

said('ingest', '--keep-signed', 'none', '--store', "$dir/none.db", "$dir/1.log", "$dir/2.log");
my $none = messages('--store', "$dir/none.db");
ok($none ne '' && $none !~ /"verdict":"(signed|inbound)"/, 'none: only what went otherwise is there', $none);
ok(said('report', '--store', "$dir/none.db") =~ /not counted in this\s+store/, 'and a report says so');

ok(said('ingest', '--keep-signed', 'all', '--store', "$dir/x.db", "$dir/1.log") =~ /takes none, sums or rows, not 'all'/
	&& !-e "$dir/x.db", 'other words are refused');

our $B;
system("$B/dkimwhy prune --quiet --older-than 2026-11-02 --store $dir/rows.db >/dev/null") == 0 or die;
my $left = said('export', '--store', "$dir/rows.db");
ok($left !~ /"type":"message"/, 'what is pruned is gone', substr $left, 0, 500);
done();
