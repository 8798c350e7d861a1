use ferromq::poll::{PollItem, poll};
use ferromq::{Context, Pull};

fn main() -> ferromq::Result<()> {
    let pull = Context::new()?.socket::<Pull>().bind("inproc://tasks")?;
    let mut items = [PollItem::readable(&pull)];
    drop(pull);
    poll(&mut items, None)?;
    Ok(())
}
