//! Options of contexts. That every one of libzmq's is there is a unit test beside them.

use ferromq::{Context, ErrorKind, Linger, Pull, Push, SchedulingPolicy};

use crate::patience::PATIENCE;

/// Sends a message over tcp, so that the context's threads have to work.
fn assert_works(context: &Context) {
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
    push.send("over tcp").unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "over tcp");
}

#[test]
fn a_context_has_the_options_that_it_was_built_with() {
    let context = Context::builder()
        .io_threads(3)
        .max_sockets(7)
        .ipv6(true)
        .blocky(false)
        .zero_copy_receive(false)
        .build()
        .unwrap();
    assert_eq!(context.io_threads().unwrap(), 3);
    assert_eq!(context.max_sockets().unwrap(), 7);
    assert!(context.ipv6().unwrap());
    assert!(!context.blocky().unwrap());
    assert!(!context.zero_copy_receive().unwrap());
    assert_eq!(context.thread_scheduling_policy(), None);
    assert_works(&context);
}

#[test]
fn values_out_of_range_are_refused_before_libzmq_sees_them() {
    let texts = [
        (
            Context::builder().max_sockets(65_536),
            "set max_sockets = 65536: invalid option value: it is above 65535",
        ),
        (
            Context::builder().max_sockets(u32::MAX),
            "set max_sockets = 4294967295: invalid option value: it is above 65535",
        ),
        (
            Context::builder().io_threads(u32::MAX),
            "set io_threads = 4294967295: invalid option value: it is above 64, the bits of an affinity",
        ),
    ];
    for (builder, expected) in texts {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn the_most_io_threads_and_sockets_work() {
    let context = Context::builder().io_threads(64).max_sockets(65_535).build().unwrap();
    assert_works(&context);
}

#[test]
fn sockets_of_a_context_that_is_not_blocky_do_not_linger_by_themselves() {
    let context = Context::builder().blocky(false).build().unwrap();
    assert_eq!(context.socket::<Push>().open().unwrap().linger().unwrap(), Linger::NONE);
    let push = context.socket::<Push>().linger(Linger::FOREVER).open().unwrap();
    assert_eq!(push.linger().unwrap(), Linger::FOREVER);
    push.set_linger(Linger::NONE).unwrap();
}

/// Without the trial on a thread of its own, each of these aborts the process when the first socket opens.
#[test]
#[cfg(target_os = "linux")]
fn scheduling_that_the_operating_system_refuses_is_an_error_of_build() {
    let refused = [
        (
            Context::builder().thread_scheduling_policy(SchedulingPolicy::Fifo).thread_priority(1000),
            "thread_scheduling_policy",
        ),
        (
            Context::builder().thread_scheduling_policy(SchedulingPolicy::RoundRobin),
            "thread_scheduling_policy",
        ),
        (Context::builder().thread_affinity([1023]), "thread_affinity"),
        (Context::builder().thread_affinity([0, 1024]), "thread_affinity"),
    ];
    for (builder, option) in refused {
        match builder.build() {
            Ok(context) => {
                assert_works(&context);
                panic!("{option} was not refused")
            }
            Err(error) => {
                let expected = [ErrorKind::InvalidOption, ErrorKind::PermissionDenied];
                assert!(expected.contains(&error.kind()), "{error}");
                assert_eq!(error.option(), Some(option), "{error}");
            }
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn scheduling_that_the_operating_system_permits_works() {
    let context = Context::builder()
        .thread_scheduling_policy(SchedulingPolicy::Batch)
        .thread_affinity(first_processor())
        .build()
        .unwrap();
    assert_eq!(context.thread_scheduling_policy(), Some(SchedulingPolicy::Batch));
    assert_works(&context);
    // These need a right that the test may or may not have; with or without it, nothing aborts.
    for builder in [
        Context::builder().thread_priority(1),
        Context::builder().thread_scheduling_policy(SchedulingPolicy::Fifo).thread_priority(1),
    ] {
        match builder.build() {
            Ok(context) => assert_works(&context),
            Err(error) => assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}"),
        }
    }
}

/// A processor that this process may run on.
#[cfg(target_os = "linux")]
fn first_processor() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap();
    list.trim().split([',', '-']).next().unwrap().parse().ok()
}

#[test]
#[cfg(all(target_os = "linux", feature = "draft"))]
fn threads_have_the_name_that_they_were_given_and_four_bytes_are_no_number() {
    for prefix in ["demo", "abc", "a-long-prefix"] {
        let context = Context::builder().thread_name_prefix(prefix).build().unwrap();
        assert_works(&context);
        let names: Vec<String> = std::fs::read_dir("/proc/self/task")
            .unwrap()
            .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok())
            .collect();
        let whole = format!("{prefix}/ZMQbg/");
        let start = &whole[..whole.len().min(15)];
        assert!(names.iter().any(|name| name.starts_with(start)), "{names:?}");
    }
    for prefix in ["", "sixteen bytes ..", "a\0b"] {
        let error = Context::builder().thread_name_prefix(prefix).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
    }
}
