//! What an embedder's own tools work on besides the database: given to the registry once, found by its type.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;

use crate::error::Error;

/// Values of the embedder's own, one of each type.
#[derive(Default)]
pub(crate) struct Own(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

/// A tool asked for something that its registry was not given.
#[derive(Debug, thiserror::Error)]
#[error("the registry was given no {0}")]
struct Missing(&'static str);

impl Own {
    /// Keeps a value, instead of the one of its type that was there.
    pub(crate) fn put<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// The value of a type.
    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Result<&T, Error> {
        let found = self.0.get(&TypeId::of::<T>()).and_then(|value| value.downcast_ref());
        found.ok_or_else(|| Error::Internal(Box::new(Missing(type_name::<T>()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_type_and_what_was_not_given_is_named() {
        let mut own = Own::default();
        own.put("first");
        own.put(7_u8);
        own.put("second");
        assert_eq!(*own.get::<&str>().unwrap(), "second");
        assert_eq!(*own.get::<u8>().unwrap(), 7);
        let Err(Error::Internal(missing)) = own.get::<String>() else { panic!("there is no String") };
        assert_eq!(missing.to_string(), "the registry was given no alloc::string::String");
    }
}
