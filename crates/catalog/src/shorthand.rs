//! The one-line notation in which rows write down a type.
//!
//! ```text
//! field   = type ["!"] ["=" example] ["--" help]         "!" means required
//! type    = part { "|" part }                            several parts: any of them
//! part    = atom ["?"]                                   "?" means it may be null
//! atom    = string | integer | number | boolean | object | any | null
//!         | Name                                         a shape of the file or the service
//!         | 'word' | 12                                  exactly this value; with "|" an enum
//!         | "[" type "]"                                 a list
//!         | "{" type "}"                                 an object with any keys, values of a type
//!         | "(" type ")"
//! atom may end in "<format>" and in "(min..max)": length of text, size of a list, bounds of a
//! number.
//! ```

use serde_json::Value;

/// A parsed type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Any,
    Null,
    Basic {
        name: &'static str,
        format: Option<String>,
        range: Range,
    },
    Literal(Value),
    Shape(String),
    List(Box<Self>, Range),
    Map(Box<Self>),
    Either(Vec<Self>),
}

/// Bounds, either of which may be open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Range {
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
}

/// A parsed field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) kind: Type,
    pub(crate) required: bool,
    pub(crate) example: Option<String>,
    pub(crate) help: Option<String>,
}

/// Reads a field: type, mark, example and help.
pub(crate) fn field(text: &str) -> Result<Field, String> {
    let (spec, help) = match text.split_once(" -- ") {
        Some((spec, help)) => (spec, Some(help.trim().to_owned())),
        None => (text, None),
    };
    let mut parser = Parser { rest: spec.trim() };
    let kind = parser.either()?;
    let required = parser.eat('!');
    let example = if parser.eat('=') {
        let example = parser.rest.trim().to_owned();
        parser.rest = "";
        Some(example)
    } else {
        None
    };
    if parser.rest.is_empty() {
        Ok(Field {
            kind,
            required,
            example,
            help,
        })
    } else {
        Err(format!("cannot read {:?} in {text:?}", parser.rest))
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn eat(&mut self, sign: char) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), String> {
        if self.eat(sign) {
            Ok(())
        } else {
            Err(format!("{sign:?} expected before {:?}", self.rest))
        }
    }

    fn until(&mut self, end: char) -> Result<String, String> {
        let (text, rest) = self
            .rest
            .split_once(end)
            .ok_or_else(|| format!("{end:?} expected in {:?}", self.rest))?;
        self.rest = rest.trim_start();
        Ok(text.to_owned())
    }

    fn either(&mut self) -> Result<Type, String> {
        let mut parts = vec![];
        loop {
            parts.push(self.atom()?);
            if self.eat('?') {
                parts.push(Type::Null);
            }
            if !self.eat('|') {
                break;
            }
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Type::Either(parts)
        })
    }

    fn atom(&mut self) -> Result<Type, String> {
        if self.eat('[') {
            let item = self.either()?;
            self.expect(']')?;
            return Ok(Type::List(Box::new(item), self.range()?));
        }
        if self.eat('{') {
            let value = self.either()?;
            self.expect('}')?;
            return Ok(Type::Map(Box::new(value)));
        }
        if self.eat('(') {
            let inner = self.either()?;
            self.expect(')')?;
            return Ok(inner);
        }
        if self.eat('\'') {
            return Ok(Type::Literal(Value::String(self.until('\'')?)));
        }
        let length = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        if let Ok(number) = word.parse::<i64>() {
            return Ok(Type::Literal(number.into()));
        }
        let name = match word {
            "any" => return Ok(Type::Any),
            "null" => return Ok(Type::Null),
            "string" => "string",
            "integer" => "integer",
            "number" => "number",
            "boolean" => "boolean",
            "object" => "object",
            _ if word.starts_with(|c: char| c.is_ascii_uppercase()) => {
                return Ok(Type::Shape(word.to_owned()));
            }
            _ => return Err(format!("unknown type {word:?}")),
        };
        let format = if self.eat('<') {
            Some(self.until('>')?)
        } else {
            None
        };
        Ok(Type::Basic {
            name,
            format,
            range: self.range()?,
        })
    }

    fn range(&mut self) -> Result<Range, String> {
        if !self.eat('(') {
            return Ok(Range::default());
        }
        let text = self.until(')')?;
        let (min, max) = text
            .split_once("..")
            .ok_or_else(|| format!("a range is (min..max), not ({text})"))?;
        let bound = |text: &str| match text.trim() {
            "" => Ok(None),
            number => number
                .parse()
                .map(Some)
                .map_err(|_| format!("{number:?} is no bound")),
        };
        Ok(Range {
            min: bound(min)?,
            max: bound(max)?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn basic(name: &'static str) -> Type {
        Type::Basic {
            name,
            format: None,
            range: Range::default(),
        }
    }

    #[test]
    fn a_field_reads_as_written() {
        let read = field("[string](1..50)! = [\"vip\"] -- Names of tags.").unwrap();
        assert_eq!(
            read.kind,
            Type::List(
                Box::new(basic("string")),
                Range {
                    min: Some(1),
                    max: Some(50)
                }
            )
        );
        assert!(read.required, "the exclamation mark is the required mark");
        assert_eq!(read.example.as_deref(), Some("[\"vip\"]"));
        assert_eq!(read.help.as_deref(), Some("Names of tags."));
    }

    #[test]
    fn alternatives_nulls_maps_and_literals() {
        assert_eq!(
            field("'1 hour' | 7?").unwrap().kind,
            Type::Either(vec![
                Type::Literal(json!("1 hour")),
                Type::Literal(json!(7)),
                Type::Null
            ]),
            "a quoted word and a number are values; a question mark adds null"
        );
        assert_eq!(
            field("{[Lead]}").unwrap().kind,
            Type::Map(Box::new(Type::List(
                Box::new(Type::Shape("Lead".into())),
                Range::default()
            )))
        );
        assert_eq!(
            field("string<date-time>?!").unwrap().kind,
            Type::Either(vec![
                Type::Basic {
                    name: "string",
                    format: Some("date-time".into()),
                    range: Range::default()
                },
                Type::Null
            ])
        );
    }

    #[test]
    fn nonsense_is_refused_with_the_place() {
        for bad in [
            "",
            "strin",
            "[string",
            "'open",
            "string(3)",
            "string)",
            "string! !",
        ] {
            assert!(field(bad).is_err(), "{bad:?} must not pass for a type");
        }
    }
}
