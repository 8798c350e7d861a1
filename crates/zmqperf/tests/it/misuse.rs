//! Command lines that make no sense: exit status 2, a sentence, and nothing is measured.

use crate::program::{fails, run};

#[test]
fn what_cannot_be_measured_is_refused_before_anything_is() {
    for (line, says) in [
        ("", "Usage"),
        ("measure", "unrecognized subcommand"),
        ("throughput --pattern push", "invalid value 'push' for '--pattern"),
        ("throughput --transport udp", "possible values: tcp, ipc, inproc, ws"),
        ("throughput --size 64..16", "cannot be doubled"),
        ("throughput --size many", "`many` is no number of bytes"),
        ("throughput --size 2000M", "more than 1 GiB"),
        ("throughput --messages 1", "1 is not in 2.."),
        ("throughput --messages -5", "unexpected argument '-5'"),
        ("throughput --curve maybe", "possible values: on, off"),
        ("throughput --curve --transport tcp,inproc", "nothing is encrypted over inproc"),
        ("throughput --transport inproc --processes 2", "inproc does not leave the process"),
        ("throughput --transport inproc --peer tcp://127.0.0.1:1", "inproc does not leave the process"),
        ("throughput --processes 2 --peer tcp://127.0.0.1:1", "cannot be used with"),
        ("throughput --peer ipc:///tmp/x", "over tcp://host:port"),
        ("throughput --peer 127.0.0.1:1", "invalid endpoint"),
        ("throughput --timeout 5", "a time has a unit"),
        ("throughput --io-threads 0", "0 is not in 1..=64"),
        ("throughput --json - --csv -", "would both write to stdout"),
        ("throughput --html missing/a.html", "no directory for missing/a.html"),
        ("latency --rate 0", "a rate is a number"),
        ("latency --hwm 5", "unexpected argument '--hwm'"),
        ("fanout --subscribers 0", "0 is not in 1..=1000"),
        ("fanout --size 15", "take 16 bytes"),
        ("fanout --pattern pair", "unexpected argument '--pattern'"),
        ("ramp --size 8", "take 16 bytes"),
        ("ramp --from 100 --to 10", "below the first"),
        ("ramp --factor 1", "from 1.01 to 100"),
        ("ramp --pattern req-rep --work 1ms", "replies at once"),
        ("ramp --keep-up x", "number of percent"),
        ("throughput --bind tcp://127.0.0.1:1", "required arguments were not provided"),
        ("throughput --against remote_thr", "say with --bind where to wait for it"),
        ("throughput --against remote_thr --connect tcp://127.0.0.1:1", "remote_thr connects"),
        ("throughput --against local_thr --bind tcp://127.0.0.1:1", "say with --connect where it waits"),
        ("throughput --against local_lat --connect tcp://127.0.0.1:1", "are for `zmqperf latency`"),
        ("latency --against remote_thr --bind tcp://127.0.0.1:1", "are for `zmqperf throughput`"),
        ("throughput --against local_thr --connect tcp://127.0.0.1:1 --size 1,2", "one size"),
        ("throughput --against local_thr --connect tcp://127.0.0.1:1 --pattern pair", "does push-pull, once"),
        ("throughput --against local_thr --connect inproc://x", "cannot be met over"),
        ("latency --against local_lat --connect tcp://127.0.0.1:1 --round-trips 1", "the first round trip"),
        ("serve --bind inproc://x", "over tcp://host:port"),
        ("diff a.json", "required arguments were not provided"),
    ] {
        fails(line, &[], 2, says);
    }
}

#[test]
fn help_and_version_go_to_stdout() {
    for (line, says) in [
        ("--help", "Usage: zmqperf <COMMAND>"),
        ("throughput --help", "--against"),
        ("ramp --help", "--latency-limit"),
        ("--version", concat!("zmqperf ", env!("CARGO_PKG_VERSION"))),
    ] {
        let ended = run(line, &[]);
        assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{line}: {ended:?}");
        assert!(ended.stdout.contains(says), "{line}: {ended:?}");
    }
}

#[test]
fn an_address_that_cannot_be_bound_is_a_failure_with_its_reason() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", taken.local_addr().unwrap());
    fails("serve --bind", &[&endpoint], 1, "address already in use");
    fails("throughput --against remote_thr --bind", &[&endpoint], 1, "address already in use");
}
