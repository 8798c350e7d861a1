//! Logs over ZeroMQ.

use std::time::{Duration, Instant};

use ferromq::log::{LogLevel, LogPublisher, LogPublisherBuilder, LogReceiver, LogRecord};
use ferromq::state::Open;
use ferromq::{Context, ErrorKind, Frame, Hwm, Message, Pub, Socket, Sub};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

use crate::mutation::Dice;
use crate::patience::{PATIENCE, does_not_hang, kind_of};

/// A publisher and a receiver of everything. Over inproc the subscription is there at once.
fn joined(context: &Context, builder: LogPublisherBuilder) -> (LogPublisher, LogReceiver) {
    let socket = context.socket::<Pub>().send_hwm(Hwm::UNLIMITED).bind("inproc://log").unwrap();
    let receiver = receiver(context);
    (builder.start(socket).unwrap(), receiver)
}

fn receiver(context: &Context) -> LogReceiver {
    let builder = context.socket::<Sub>().receive_hwm(Hwm::UNLIMITED).receive_timeout(PATIENCE);
    LogReceiver::new(builder.subscribe("").connect("inproc://log").unwrap())
}

fn logging(publisher: &LogPublisher, log: impl FnOnce()) {
    tracing::subscriber::with_default(tracing_subscriber::registry().with(publisher.layer()), log);
}

fn received(receiver: &LogReceiver) -> (String, String) {
    let record = receiver.recv().unwrap();
    (record.topic().to_owned(), record.text().to_owned())
}

#[test]
fn records_have_the_topics_of_a_pub_handler() {
    let context = Context::new().unwrap();
    let (publisher, receiver) = joined(&context, LogPublisher::builder().root_topic("trader"));
    logging(&publisher, || {
        tracing::error!(target: "pricing::options", symbol = "SAP", "no price");
        tracing::warn!(target: "pricing", "late");
        tracing::info!(target: "pricing", "{}", 7);
        tracing::debug!(target: "pricing", "two\nlines");
        tracing::trace!(target: "pricing", "");
    });
    for (level, text) in [
        ("ERROR", "pricing::options: no price symbol=\"SAP\""),
        ("WARNING", "pricing: late"),
        ("INFO", "pricing: 7"),
        ("DEBUG", "pricing: two\nlines"),
        ("TRACE", "pricing: "),
    ] {
        assert_eq!(received(&receiver), (format!("trader.{level}"), text.to_owned()));
    }
    drop(publisher);

    // Without a root topic, and with subtopics.
    let context = Context::new().unwrap();
    let (publisher, receiver) = joined(&context, LogPublisher::builder().target_as_subtopic(true));
    logging(&publisher, || {
        let span = tracing::info_span!("order", number = 7);
        span.in_scope(|| tracing::warn!(target: "pricing::options", "late"));
    });
    let record = receiver.recv().unwrap();
    assert_eq!(record.to_string(), "WARNING.pricing.options | order{number=7}: late");
    assert_eq!(
        (record.root(), record.level(), record.subtopic()),
        ("", Some(LogLevel::Warning), "pricing.options")
    );
    // As Python's formatters do.
    let frames = Message::from(["INFO", "text\n"]);
    logging(&publisher, || tracing::info!(target: "", "text"));
    assert_eq!(receiver.into_socket().recv().unwrap(), frames);
}

#[test]
fn the_layer_can_be_filtered_and_formatted_otherwise() {
    let context = Context::new().unwrap();
    let (publisher, receiver) = joined(&context, LogPublisher::builder());
    let filtered = publisher.layer().with_target(false).with_filter(LevelFilter::WARN);
    let other = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .compact()
        .without_time()
        .with_writer(publisher.writer());
    tracing::subscriber::with_default(
        tracing_subscriber::registry().with(filtered).with(other.with_filter(LevelFilter::ERROR)),
        || {
            tracing::info!("left out");
            tracing::warn!("once");
            tracing::error!(target: "pricing", "twice");
        },
    );
    assert_eq!(received(&receiver), ("WARNING".to_owned(), "once".to_owned()));
    assert_eq!(received(&receiver), ("ERROR".to_owned(), "twice".to_owned()));
    let (topic, text) = received(&receiver);
    assert_eq!(topic, "ERROR");
    assert!(text.contains("ERROR") && text.contains("pricing: twice"), "{text}");
}

/// A publisher whose thread waits in the socket, since its subscriber has no room and nothing is to be lost.
fn stuck(context: &Context, capacity: usize) -> (LogPublisher, Socket<Sub, Open>) {
    let one = Hwm::from(1);
    let socket = context.socket::<Pub>().no_drop(true).send_hwm(one).bind("inproc://stuck").unwrap();
    let builder = context.socket::<Sub>().receive_hwm(one).receive_timeout(PATIENCE);
    let subscriber = builder.subscribe("").connect("inproc://stuck").unwrap();
    let publisher = LogPublisher::builder().root_topic("trader").capacity(capacity).start(socket).unwrap();
    (publisher, subscriber)
}

#[test]
fn logging_never_waits_and_what_was_dropped_is_counted_and_told() {
    const LOGGED: u64 = 10_000;
    let context = Context::new().unwrap();
    let (publisher, subscriber) = stuck(&context, 10);
    let publisher = does_not_hang("logging", move || {
        logging(&publisher, || (0..LOGGED).for_each(|number| tracing::info!("{number}")));
        publisher
    });
    let dropped = publisher.dropped();
    assert!(dropped >= LOGGED - 20, "{dropped} of {LOGGED} were dropped");
    assert!(!publisher.flush(Duration::from_millis(20)), "the thread waits");

    // Once there is room again: all that were not dropped, and how many were.
    let receiver = LogReceiver::new(subscriber);
    let (mut came, mut told) = (0, 0);
    while came + told < LOGGED {
        let record = receiver.recv().unwrap();
        match record.text().split_once(" log record") {
            Some((number, rest)) => {
                assert!(record.topic() == "trader.WARNING" && rest.contains("dropped"), "{record}");
                told += number.parse::<u64>().unwrap();
            }
            None => came += 1,
        }
    }
    assert_eq!((came + told, told), (LOGGED, dropped));
    assert!(publisher.flush(PATIENCE));
    // It is told once.
    logging(&publisher, || tracing::info!("later"));
    assert!(receiver.recv().unwrap().text().ends_with("later"));
    assert_eq!(kind_of(receiver.try_recv()), ErrorKind::WouldBlock);
}

#[test]
fn a_publisher_that_is_dropped_publishes_what_is_in_the_queue() {
    let context = Context::new().unwrap();
    let (publisher, receiver) =
        joined(&context, LogPublisher::builder().target_as_subtopic(true).capacity(100_000));
    let layer = publisher.layer();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        (0..10_000).for_each(|number| tracing::info!(target: "", "{number}"));
        drop(publisher);
        // Nobody publishes this any more, and nothing happens.
        tracing::info!("too late");
    });
    for number in 0..10_000 {
        assert_eq!(receiver.try_recv().unwrap().text(), number.to_string());
    }
    assert_eq!(kind_of(receiver.try_recv()), ErrorKind::WouldBlock);
}

#[test]
fn a_flush_waits_for_what_was_logged_before() {
    let context = Context::new().unwrap();
    let (publisher, receiver) = joined(&context, LogPublisher::builder());
    assert!(publisher.flush(Duration::ZERO), "there is nothing to wait for");
    for _ in 0..20 {
        logging(&publisher, || (0..100).for_each(|number| tracing::info!("{number}")));
        assert!(publisher.flush(PATIENCE));
        (0..100).for_each(|_| drop(receiver.try_recv().unwrap()));
    }
    assert_eq!(publisher.dropped(), 0);
}

#[test]
fn a_publisher_that_cannot_publish_holds_up_nobody() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = stuck(&context, 4);
    logging(&publisher, || (0..100).for_each(|number| tracing::info!("{number}")));
    let start = Instant::now();
    does_not_hang("dropping the publisher", move || drop(publisher));
    assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());

    // The end of the context ends it.
    let other = Context::new().unwrap();
    let socket = other.socket::<Pub>().bind("inproc://ends").unwrap();
    let publisher = LogPublisher::builder().capacity(4).start(socket).unwrap();
    other.shutdown();
    does_not_hang("logging", move || {
        logging(&publisher, || (0..100).for_each(|number| tracing::info!("{number}")));
        // The first one shows the thread that all is over; what the queue had room for is lost with it.
        assert!(publisher.dropped() >= 90, "{}", publisher.dropped());
    });
    context.shutdown();
    drop(subscriber);
}

#[test]
fn what_python_publishes_is_taken_apart() {
    for (topic, root, level, subtopic) in [
        ("INFO", "", Some(LogLevel::Info), ""),
        ("trader.DEBUG", "trader", Some(LogLevel::Debug), ""),
        ("trader.eu.ERROR.pricing.options", "trader.eu", Some(LogLevel::Error), "pricing.options"),
        ("CRITICAL.x", "", Some(LogLevel::Critical), "x"),
        ("trader.WARN", "trader", Some(LogLevel::Warning), ""),
        ("a.FATAL.INFO", "a", Some(LogLevel::Critical), "INFO"),
        ("trader.Level 15.x", "", None, ""),
        ("INFORMATION", "", None, ""),
        ("", "", None, ""),
        (".INFO.", "", Some(LogLevel::Info), ""),
        ("TRACE", "", Some(LogLevel::Trace), ""),
    ] {
        let record = LogRecord::try_from(Message::from([topic, "text"])).unwrap();
        assert_eq!((record.root(), record.level(), record.subtopic()), (root, level, subtopic), "{topic}");
        assert_eq!(record.to_string(), format!("{topic} | text"));
    }
    for (text, shown) in [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("", ""), ("a", "a")] {
        assert_eq!(LogRecord::try_from(Message::from(["INFO", text])).unwrap().text(), shown);
    }
    for message in [Message::new(), Message::from("INFO"), Message::from(["INFO", "", "text"])] {
        let failed = LogRecord::try_from(message.clone()).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
        assert_eq!(failed.into_kept(), message);
    }
    // Whatever the bytes are.
    let mut dice = Dice::new(2);
    for _ in 0..10_000 {
        let parts: Vec<Frame> = (0..2)
            .map(|_| {
                let words: [&[u8]; 6] = [b"INFO", b".", b"ERROR", b"\xff", b"\n", b"x"];
                let count = dice.below(6);
                Frame::from(
                    (0..count).flat_map(|_| dice.one_of::<&[u8]>(&words).to_vec()).collect::<Vec<u8>>(),
                )
            })
            .collect();
        let record = LogRecord::try_from(Message::from(parts)).unwrap();
        if let Some(level) = record.level() {
            let parts = [record.root(), level.name(), record.subtopic()];
            let rebuilt: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            assert!(
                record.topic().contains(&rebuilt.join(".")) || record.topic().contains(".."),
                "{record:?}"
            );
        }
    }
}

#[test]
fn a_message_that_is_no_record_is_an_error_and_the_next_one_comes() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<Pub>().bind("inproc://log").unwrap();
    let receiver = receiver(&context);
    publisher.send("alone").unwrap();
    publisher.send(["INFO", "text"]).unwrap();
    assert_eq!(kind_of(receiver.recv()), ErrorKind::InvalidMessage);
    assert_eq!(receiver.recv_timeout(PATIENCE).unwrap().text(), "text");
    assert_eq!(kind_of(receiver.recv_timeout(Duration::ZERO)), ErrorKind::TimedOut);
}
