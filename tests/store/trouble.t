#!/usr/bin/perl
# What passes by itself (a store that another holds, a full disk) is said once and waited for, and
# nothing is lost. The disk is a small tmpfs, which root can mount.
use strict;
use warnings;
use Fcntl qw(F_SETLK F_UNLCK F_WRLCK SEEK_SET);
use Time::HiRes qw(usleep);
require './tests/store/follower.pl';

my $root = folder('trouble');
my @lines = generated(150_000, 14);
my @parts = map { join '', @lines[ $_ * @lines / 4 .. ($_ + 1) * @lines / 4 - 1 ] } 0 .. 3;
my $truth = truth("$root/whole", 'mail.log' => join '', @lines);

# Until it has said so; it may say as much as it likes in the meantime.
sub wait_until_said {
	my ($follower, $what) = @_;

	for (1 .. 1200) {
		return 1 if slurp("$follower->{dir}/stderr") =~ $what;
		usleep(50_000);
	}
	return 0;
}

# What stands between the first part and the last: trouble that begins and ends.
sub follow_through {
	my ($name, $dir, $begin, $end, $what) = @_;
	my $follower = follower($dir, ["$dir/mail.log"]);

	append("$dir/mail.log", $parts[0]);
	ready(start($follower));
	settle($follower);
	$begin->("$dir/store");
	append("$dir/mail.log", $parts[1]);
	kill 'HUP', $follower->{pid};
	ok(wait_until_said($follower, $what), "$name: is said", slurp("$dir/stderr"));
	ok(scalar(said('report', '--store', "$dir/store/s.db") =~ /^own mail/m), "$name: the store can be read meanwhile");
	append("$dir/mail.log", $parts[2]);
	rename "$dir/mail.log", "$dir/mail.log.1";
	append("$dir/mail.log", $parts[3]);
	$end->("$dir/store");
	my $settled = settle($follower);
	my $is = answers("$dir/store/s.db");
	ok($settled && $is eq $truth, "$name: nothing is lost", difference($is, $truth), slurp("$dir/stderr"));
	my @said = split /\n/, slurp("$dir/stderr");
	ok(@said == 1, "$name: and no more is said", @said);
	stop($follower, 'TERM');
	ok(said('ingest', '--check', '--store', "$dir/store/s.db") eq "the store is sound\n", "$name: the store is sound");
}

# A log that is renamed is missing for a moment, of which nothing is said; one that stays away is waited for.
{
	mkdir my $dir = "$root/away";
	my $follower = follower($dir, ["$dir/mail.log"]);
	my $waiting = "dkimwhy: waiting for '$dir/mail.log': No such file or directory\n";

	append("$dir/mail.log", $parts[0]);
	ready(start($follower));
	settle($follower);
	rename "$dir/mail.log", "$dir/mail.log.1";
	append("$dir/mail.log", $parts[1]);
	settle($follower);
	rename "$dir/mail.log", "$dir/mail.log.2";
	ok(wait_until_said($follower, qr/waiting/), 'a log that is away is waited for');
	append("$dir/mail.log", $parts[2]);
	ok(wait_until_said($follower, qr/again/), 'until it is there again');
	stop($follower, 'TERM');
	ok(slurp("$dir/stderr") eq "$waiting" . "dkimwhy: '$dir/mail.log' is there again\n", 'a moment is none', slurp("$dir/stderr"));
}

# In a WAL database a writer holds byte 120 of the -shm file (SQLite: unixShmLock(), WAL_WRITE_LOCK).
my $held;
sub lock_store {
	my ($store, $type) = @_;

	if (!$held) {
		open $held, '+<', "$store/s.db-shm" or die "$store: $!";
	}
	my $lock = pack 's s x4 q q i x4', $type, SEEK_SET, 120, 1, 0;
	return fcntl $held, F_SETLK, $lock;
}

mkdir "$root/locked";
follow_through('a store that is held', "$root/locked",
	sub { lock_store($_[0], F_WRLCK) or die "cannot lock: $!" }, sub { lock_store($_[0], F_UNLCK) },
	qr/^dkimwhy: cannot .* store '.*': another dkimwhy holds it; try again later; trying again$/m);

mkdir "$root/full";
mkdir "$root/full/store";
my $mounted = $> == 0 && system("mount -t tmpfs -o size=3m tmpfs $root/full/store 2>/dev/null") == 0;
if ($mounted) {
	my $died = !eval {
		follow_through('a full disk', "$root/full",
			sub { system "cat /dev/zero > $_[0]/filler 2>/dev/null" }, sub { unlink "$_[0]/filler" },
			qr/^dkimwhy: cannot .* store '.*': .*(?:full|No space).*; trying again$/m);
		1;
	};
	my $why = $@;

	system 'umount', '-l', "$root/full/store";
	die $why if $died;
} else {
	skip('a full disk', 'cannot mount a tmpfs');
}
done();
