//! ferromq with its default options: blocking, and async.

mod asynchronous;
mod blocking;

use asynchronous::Style;
use ferromq::option::Security;
use ferromq::pattern::{HasOption, Pattern};
use ferromq::security::{CurveClient, CurveServer, KeyPair, SecretKey};
use ferromq::{Builder, Context, Result};
use measure::{Run, Sides, keys};

/// As many as omq-tokio has.
const MANY: usize = 128;

fn main() -> Result<()> {
    let sides = Sides::from_command_line();
    let context = Context::new()?;
    let style = match sides.library() {
        "ferromq" => on_threads(sides, context, blocking::Style::OneByOne),
        "ferromq-many" => on_threads(sides, context, blocking::Style::Many),
        "ferromq-spin" => on_threads(sides, context, blocking::Style::Spinning),
        "ferromq-tokio" => Style::OneByOne,
        "ferromq-tokio-many" => Style::Many,
        other => panic!("this is not {other}"),
    };
    sides.on_tokio(move |run| {
        let context = context.clone();
        async move {
            asynchronous::run(&context, &run, style).await.expect("messages are sent and received");
        }
    })
}

fn on_threads(sides: Sides, context: Context, style: blocking::Style) -> ! {
    sides.on_threads(move |run| {
        blocking::run(&context, &run, style).expect("messages are sent and received");
    })
}

/// A socket with what the endpoint asks for.
fn socket<P>(context: &Context, run: &Run) -> Result<Builder<P>>
where
    P: Pattern + HasOption<Security>,
{
    let builder = context.socket();
    Ok(match (run.curve, run.role.binds()) {
        (false, _) => builder,
        (true, true) => {
            builder.security(CurveServer::new(keys::SERVER_SECRET.parse::<SecretKey>()?).allow_any())
        }
        (true, false) => {
            let ours = KeyPair::new(keys::CLIENT_PUBLIC.parse()?, keys::CLIENT_SECRET.parse()?)?;
            builder.security(CurveClient::new(ours, keys::SERVER_PUBLIC.parse()?))
        }
    })
}
