# Verifies messages with Mail::DKIM. Reads JSON lines {id, mail} and writes lines "id result".
# Arguments: port of the DNS server on 127.0.0.1.
use strict;
use warnings;
use JSON::PP;
use Mail::DKIM::Verifier;
use Net::DNS;

Mail::DKIM::DNS::resolver(
    Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], port => $ARGV[0], recurse => 0, udppacketsize => 1232));

while (my $line = <STDIN>) {
    my $case = decode_json($line);
    my $result = eval {
        my $verifier = Mail::DKIM::Verifier->new;
        $verifier->PRINT($case->{mail});
        $verifier->CLOSE;
        $verifier->result;
    } // 'died';
    print "$case->{id} $result\n";
}
