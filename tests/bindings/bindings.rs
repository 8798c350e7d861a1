//! What src/sys/bindings.rs says, read with syn, and what the compiler makes of its structs.

use std::mem::{align_of, offset_of, size_of};

use syn::{
    Expr, Fields, FnArg, ForeignItem, Item, ItemForeignMod, ItemStruct, ItemType, Lit, ReturnType, Type,
};

/// The same file, compiled: the sizes, alignments and offsets are those that the crate uses.
#[path = "../../src/sys/bindings.rs"]
mod compiled;

pub struct Bindings {
    pub constants: Vec<Constant>,
    pub functions: Vec<Prototype>,
    pub structs: Vec<Struct>,
    pub types: Vec<Alias>,
}

pub struct Constant {
    pub name: String,
    pub value: Value,
}

pub enum Value {
    Integer(i64),
    Text(String),
}

pub struct Prototype {
    pub name: String,
    pub parameters: Vec<Type>,
    pub result: ReturnType,
}

pub struct Struct {
    pub name: String,
    /// The public fields, which are the ones that C knows.
    pub fields: Vec<(String, Type)>,
}

pub struct Alias {
    pub name: String,
    pub meaning: Type,
}

/// What the Rust compiler makes of a struct.
pub struct Layout {
    pub name: &'static str,
    pub size: usize,
    pub align: usize,
    pub offsets: Vec<(&'static str, usize)>,
}

macro_rules! layouts {
    ($($name:ident { $($field:ident),* })*) => {
        vec![$(Layout {
            name: stringify!($name),
            size: size_of::<compiled::$name>(),
            align: align_of::<compiled::$name>(),
            offsets: vec![$((stringify!($field), offset_of!(compiled::$name, $field))),*],
        }),*]
    };
}

/// The layouts of all structs that C does not leave opaque.
pub fn layouts() -> Vec<Layout> {
    layouts! {
        zmq_msg_t {}
        zmq_pollitem_t { socket, fd, events, revents }
        zmq_poller_event_t { socket, fd, user_data, events }
    }
}

impl Bindings {
    /// Panics at anything that it does not know, so that nothing in the file goes unchecked.
    pub fn read(text: &str) -> Self {
        let file = syn::parse_file(text).expect("the bindings are Rust");
        let mut read = Self { constants: vec![], functions: vec![], structs: vec![], types: vec![] };
        for item in file.items.into_iter().filter(is_for_this_platform) {
            match item {
                Item::Const(item) => {
                    read.constants.push(Constant { name: item.ident.to_string(), value: value(&item.expr) });
                }
                Item::ForeignMod(block) => read.functions.extend(prototypes(block)),
                Item::Struct(item) => read.structs.push(fields(item)),
                Item::Type(ItemType { ident, ty, .. }) => {
                    read.types.push(Alias { name: ident.to_string(), meaning: *ty });
                }
                Item::Use(_) => {}
                _ => panic!("the bindings have an item of a new kind"),
            }
        }
        read
    }
}

fn value(expression: &Expr) -> Value {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(integer) => Value::Integer(integer.base10_parse().expect("it fits")),
            Lit::CStr(text) => Value::Text(text.value().into_string().expect("it is ASCII")),
            _ => panic!("a constant has a literal of a new kind"),
        },
        Expr::Unary(negation) => match value(&negation.expr) {
            Value::Integer(integer) => Value::Integer(-integer),
            Value::Text(_) => panic!("a text has no sign"),
        },
        _ => panic!("a constant is not a literal"),
    }
}

fn prototypes(block: ItemForeignMod) -> impl Iterator<Item = Prototype> {
    block.items.into_iter().map(|item| {
        let ForeignItem::Fn(function) = item else {
            panic!("an extern block has something other than a function")
        };
        let parameters = function.sig.inputs.into_iter().map(|input| match input {
            FnArg::Typed(parameter) => *parameter.ty,
            FnArg::Receiver(_) => panic!("a C function has no self"),
        });
        Prototype {
            name: function.sig.ident.to_string(),
            parameters: parameters.collect(),
            result: function.sig.output,
        }
    })
}

fn fields(item: ItemStruct) -> Struct {
    let Fields::Named(fields) = item.fields else { panic!("{} has no named fields", item.ident) };
    let public = fields.named.into_iter().filter(|field| matches!(field.vis, syn::Visibility::Public(_)));
    let fields = public.map(|field| (field.ident.expect("it is named").to_string(), field.ty));
    Struct { name: item.ident.to_string(), fields: fields.collect() }
}

/// Evaluates the `#[cfg]`s that the bindings have.
fn is_for_this_platform(item: &Item) -> bool {
    let Item::Type(item) = item else { return true };
    item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).all(|attribute| {
        let condition = attribute.meta.require_list().expect("cfg has a list").tokens.to_string();
        match condition.replace(' ', "").as_str() {
            "not(windows)" => cfg!(not(windows)),
            r#"all(windows,target_pointer_width="64")"# => cfg!(all(windows, target_pointer_width = "64")),
            r#"all(windows,target_pointer_width="32")"# => cfg!(all(windows, target_pointer_width = "32")),
            other => panic!("the bindings have a new cfg: {other}"),
        }
    })
}
