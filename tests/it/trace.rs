//! Trace IDs in messages.

use std::time::{Duration, UNIX_EPOCH};

use ferromq::trace::{SpanId, Trace, TraceId, TraceParent, Traced};
use ferromq::{Context, Dealer, ErrorKind, Message, Pub, Rep, Req, Router, Sub};

use crate::link::Place;
use crate::mutation::{Dice, mutate};
use crate::patience::{PATIENCE, kind_of, repetitions, until};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A trace of a known traceparent and two hops.
fn known() -> Trace {
    let mut trace = Trace::of(PARENT.parse().unwrap()).with_state("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    trace.stamp_at("source", UNIX_EPOCH + Duration::from_nanos(1_733_050_000_000_000_001));
    trace.stamp_at("the gateway", UNIX_EPOCH + Duration::from_nanos(1_733_050_000_000_002_000));
    trace
}

#[test]
fn version_00_is_read_strictly() {
    let parent: TraceParent = PARENT.parse().unwrap();
    assert_eq!(parent.to_string(), PARENT);
    assert_eq!(parent.trace_id(), "0af7651916cd43dd8448eb211c80319c".parse::<TraceId>().unwrap());
    assert_eq!(parent.span_id(), "b7ad6b7169203331".parse::<SpanId>().unwrap());
    for (wrong, reason) in [
        ("", "there is no version"),
        ("0", "there is no version"),
        ("0g-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "there is no version"),
        ("FF-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "there is no version"),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "there is no version ff"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", "it is too short"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-", "it is too short"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-", "it is too long for version 00"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ", "it is too long for version 00"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra", "it is too long for version 00"),
        (" 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "there is no version"),
        ("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "its parts are not where they should be"),
        ("00-0af7651916cd43dd8448eb211c80319cb-7ad6b7169203331-01", "its parts are not where they should be"),
        (
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "the trace ID is not in lowercase hexadecimal digits",
        ),
        (
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333X-01",
            "the span ID is not in lowercase hexadecimal digits",
        ),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", "the trace ID is 0"),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "the span ID is 0"),
        (
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A",
            "its flags are not in lowercase hexadecimal digits",
        ),
        (
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\u{fc}",
            "its flags are not in lowercase hexadecimal digits",
        ),
    ] {
        let error = wrong.parse::<TraceParent>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        let text = error.to_string();
        assert_eq!(text, format!("read message: not in this format: trace: {reason}"), "{wrong:?}");
    }
    // Flags but `sampled` mean nothing, and are not passed on.
    for (flags, written) in [("00", "00"), ("03", "01"), ("ff", "01"), ("fe", "00")] {
        let text = format!("{}{flags}", &PARENT[..53]);
        assert_eq!(text.parse::<TraceParent>().unwrap().to_string(), format!("{}{written}", &PARENT[..53]));
    }
    assert_eq!(kind_of("0af7".parse::<TraceId>()), ErrorKind::Format);
    assert_eq!(TraceId::from_bytes([0; 16]), None);
    assert_eq!(SpanId::from_bytes([0; 8]), None);
}

#[test]
fn what_later_versions_add_is_ignored() {
    for later in ["01", "cc", "fe"] {
        for added in ["", "-", "-what-the-future-will-be-like"] {
            let text = format!("{later}{}{added}", &PARENT[2..]);
            assert_eq!(text.parse::<TraceParent>().unwrap().to_string(), PARENT, "{text}");
        }
        for wrong in [".what-the-future-will-not-be-like", "0"] {
            let text = format!("{later}{}{wrong}", &PARENT[2..]);
            assert_eq!(kind_of(text.parse::<TraceParent>()), ErrorKind::Format, "{text}");
        }
        let short = format!("{later}{}", &PARENT[2..54]);
        assert_eq!(kind_of(short.parse::<TraceParent>()), ErrorKind::Format);
    }
}

#[test]
fn a_new_trace_is_like_no_other_and_a_child_belongs_to_the_same() {
    let (one, other) = (Trace::start(), Trace::start());
    assert!(one.trace_id() != other.trace_id() && one.span_id() != other.span_id());
    assert!(one.is_sampled() && one.hops().is_empty() && one.state().is_none());
    let child = known().child();
    assert_eq!(
        (child.trace_id(), child.state(), child.hops()),
        (known().trace_id(), known().state(), known().hops())
    );
    assert_ne!(child.span_id(), known().span_id());
    assert!(!Trace::of(format!("{}00", &PARENT[..53]).parse().unwrap()).child().is_sampled());
}

#[test]
fn the_frame_is_written_as_documented() {
    let frame = format!(
        "\0FQT\x01traceparent {PARENT}\ntracestate rojo=00f067aa0ba902b7,congo=t61rcWkgMzE\n\
         hop 1733050000000000001 source\nhop 1733050000000002000 the gateway\n"
    );
    assert_eq!(known().to_frame(), frame);
    assert_eq!(Trace::from_frame(frame.as_bytes()).unwrap().unwrap(), known());
    assert_eq!(Trace::of(PARENT.parse().unwrap()).to_frame(), format!("\0FQT\x01traceparent {PARENT}\n"));
}

#[test]
fn hops_have_delays_which_are_negative_if_the_clocks_disagree() {
    let mut trace = known();
    trace.stamp_at(
        "a machine whose clock is slow",
        UNIX_EPOCH + Duration::from_nanos(1_733_050_000_000_000_000),
    );
    let delays: Vec<_> = trace.delays().map(|delay| (delay.nanoseconds, delay.duration())).collect();
    assert_eq!(delays, [(1999, Some(Duration::from_nanos(1999))), (-2000, None)]);
    assert_eq!(trace.hops()[1].name(), "the gateway");
    assert_eq!(trace.hops()[0].time(), UNIX_EPOCH + Duration::from_nanos(1_733_050_000_000_000_001));

    let mut trace = Trace::start();
    let before = std::time::SystemTime::now();
    while trace.stamp("here") {}
    assert_eq!(trace.hops().len(), Trace::MAX_HOPS);
    assert!(trace.hops()[0].time() >= before - Duration::from_micros(1));
    assert_eq!(Trace::from_frame(&trace.to_frame()).unwrap().unwrap(), trace);
    // Names are made to fit.
    let mut trace = Trace::start();
    trace.stamp("two\nlines\u{85}");
    trace.stamp(&"\u{fc}".repeat(40));
    trace.stamp(&format!("x{}", "\u{fc}".repeat(40)));
    trace.stamp("");
    let names: Vec<_> = trace.hops().iter().map(|hop| hop.name().to_owned()).collect();
    assert_eq!(names, ["two_lines_", &"\u{fc}".repeat(32), &format!("x{}", "\u{fc}".repeat(31)), ""]);
    assert_eq!(Trace::from_frame(&trace.to_frame()).unwrap().unwrap(), trace);
}

#[test]
fn a_state_that_cannot_be_one_is_left_out() {
    for state in ["", "two\nlines", "Gr\u{fc}\u{df}e", &"x".repeat(513)] {
        assert_eq!(Trace::start().with_state(state).state(), None);
    }
    let longest = "x".repeat(512);
    assert_eq!(Trace::start().with_state(&longest).state(), Some(&*longest));
    let frame = format!("\0FQT\x01traceparent {PARENT}\ntracestate \x07\nhop 1 source\n");
    let trace = Trace::from_frame(frame.as_bytes()).unwrap().unwrap();
    assert_eq!((trace.state(), trace.hops().len()), (None, 1));
}

#[test]
fn a_message_is_the_same_with_and_without_its_trace() {
    for message in [Message::from("body"), Message::from(["topic", "", "body"]), Message::from("")] {
        let traced: Message = Traced::new(message.clone(), known()).into();
        assert_eq!(traced.len(), message.len() + 1);
        let taken = Traced::from_message(traced.clone()).unwrap();
        assert_eq!(taken, Traced::new(message.clone(), known()));
        // One that ends as if it had a trace keeps its own frame.
        let twice: Message = Traced::new(traced.clone(), Trace::start()).into();
        assert_eq!(Traced::from_message(twice).unwrap().message, traced);

        let untraced: Message = Traced::new(message.clone(), None).into();
        assert_eq!(untraced, message);
        assert_eq!(Traced::from_message(untraced).unwrap(), Traced::new(message, None));
    }
    // What is alone is the message.
    let alone = Message::from(known().to_frame());
    assert_eq!(Traced::from_message(alone.clone()).unwrap(), Traced::new(alone, None));
    assert_eq!(Traced::from_message(Message::new()).unwrap(), Traced::new(Message::new(), None));
}

#[test]
fn what_begins_as_a_trace_and_is_none_is_an_error_and_stays() {
    let hops = |number| "hop 1 x\n".repeat(number);
    let head = format!("traceparent {PARENT}\n");
    for text in [
        String::new(),
        "\n".to_owned(),
        PARENT.to_owned(),
        head.trim_end().to_owned(),
        format!("{head}{head}"),
        format!("{head}\n"),
        format!("{head}other thing\n"),
        format!("{head}hop 1 x\ntracestate a=b\n"),
        format!("{head}hop 1 x"),
        format!("{head}hop\n"),
        format!("{head}hop 1\n"),
        format!("{head}hop  x\n"),
        format!("{head}hop -1 x\n"),
        format!("{head}hop +1 x\n"),
        format!("{head}hop 18446744073709551616 x\n"),
        format!("{head}hop 1 {}\n", "x".repeat(65)),
        format!("{head}hop 1 \t\n"),
        format!("{head}{}", hops(65)),
        head.replace("00-", "ff-"),
    ] {
        let message = Message::from(["body", &format!("\0FQT\x01{text}")]);
        let failed = Traced::from_message(message.clone()).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Format, "{text}");
        assert_eq!(failed.into_kept(), message);
    }
    assert_eq!(kind_of(Trace::from_frame(b"\0FQT\x01\xff\n")), ErrorKind::Format);
    assert!(Trace::from_frame(format!("\0FQT\x01{head}{}", hops(64)).as_bytes()).unwrap().is_some());
    // Another version of the frame is not a trace of ours.
    assert_eq!(Trace::from_frame(format!("\0FQT\x02{head}").as_bytes()).unwrap(), None);
}

#[test]
fn nearly_valid_frames_are_read_or_refused_and_what_is_read_is_written_the_same() {
    let seeds = vec![known().to_frame().to_vec(), Trace::start().to_frame().to_vec()];
    let mut dice = Dice::new(9);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..repetitions(30_000) {
        let mut bytes = dice.one_of(&seeds).clone();
        mutate(&mut bytes, &seeds, &mut dice);
        match Trace::from_frame(&bytes) {
            Ok(None) => assert!(!bytes.starts_with(b"\0FQT\x01")),
            Ok(Some(trace)) => {
                assert_eq!(Trace::from_frame(&trace.to_frame()).unwrap(), Some(trace));
                read += 1;
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Format);
                refused += 1;
            }
        }
    }
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
}

#[test]
fn topics_and_envelopes_stay_in_front() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) =
        Place::inproc().join(context.socket::<Pub>(), context.socket::<Sub>().subscribe("weather"));
    let received = until("a message", || {
        publisher.send(Traced::new(["weather", "sunny"], known())).unwrap();
        subscriber.try_recv().ok()
    });
    assert_eq!(Traced::from_message(received).unwrap(), Traced::new(["weather", "sunny"], known()));

    let router = context.socket::<Router>().bind("inproc://traced-front").unwrap();
    let dealer = context.socket::<Dealer>().bind("inproc://traced-back").unwrap();
    let req = context.socket::<Req>().receive_timeout(PATIENCE).connect("inproc://traced-front").unwrap();
    let rep = context.socket::<Rep>().receive_timeout(PATIENCE).connect("inproc://traced-back").unwrap();
    let req = req.send(Traced::new("Hello", known())).unwrap();
    // A broker that knows nothing of traces passes the frames on.
    let (peer, mut request) = router.recv_from().unwrap();
    request.push_front(peer.as_bytes());
    dealer.send(request).unwrap();
    let (request, rep) = rep.recv().unwrap();
    let Traced { message, trace } = Traced::from_message(request).unwrap();
    assert_eq!((message, &trace), (Message::from("Hello"), &Some(known())));
    let rep = rep.send(Traced::new("World", trace)).unwrap();
    let mut reply = dealer.recv().unwrap();
    assert_eq!(reply.pop_front().unwrap(), peer.as_bytes());
    router.send_to(&peer, reply).unwrap();
    let (reply, _req) = req.recv().unwrap();
    assert_eq!(Traced::from_message(reply).unwrap(), Traced::new("World", known()));
    drop(rep);
}

#[cfg(feature = "tracing")]
#[test]
fn spans_have_the_ids() {
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing::field::Empty;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        known().span("price an order").in_scope(|| tracing::info!("priced"));
        let span = tracing::info_span!("order", number = 7, trace_id = Empty, span_id = Empty);
        known().record_on(&span);
        span.in_scope(|| tracing::info!("recorded"));
    });
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let ids = "trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331";
    let [priced, recorded] = &text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    assert!(priced.contains(&format!("message{{otel.name=\"price an order\" {ids}}}")), "{priced}");
    assert!(priced.ends_with(": priced"), "{priced}");
    assert!(recorded.contains(&format!("order{{number=7 {ids}}}")), "{recorded}");
}

#[cfg(feature = "opentelemetry")]
#[test]
fn opentelemetry_has_the_same_ids_and_state() {
    use opentelemetry::trace::SpanContext;

    for trace in [known(), Trace::start(), Trace::of(format!("{}00", &PARENT[..53]).parse().unwrap())] {
        let context = SpanContext::from(&trace);
        assert!(context.is_valid() && context.is_remote());
        assert_eq!(context.trace_id().to_string(), trace.trace_id().to_string());
        assert_eq!(context.span_id().to_string(), trace.span_id().to_string());
        assert_eq!(context.is_sampled(), trace.is_sampled());
        assert_eq!(context.trace_state().header(), trace.state().unwrap_or_default());
        let back = Trace::from_span_context(&context).unwrap();
        assert_eq!((back.parent(), back.state()), (trace.parent(), trace.state()));
    }
    assert_eq!(Trace::from_span_context(&SpanContext::empty_context()), None);
}
