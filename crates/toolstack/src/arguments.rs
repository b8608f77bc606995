//! `Arguments`: the parameters of a call, after the door has checked them against the table.
//!
//! Every parameter is there (defaults are filled in), has the type that the table says, and each
//! reference has the canonical form. So reading one cannot fail in a way a client could cause: what
//! does not fit here is a mistake of ours, and says so.

use model::schema::MessageDef;
use model::{ApiEnum, ApiError, Class, Date, Field, Item, Map, Ref, RefId, Set, Text, TextMap, Value};

#[derive(Clone, Debug)]
pub struct Arguments {
    pub message: &'static MessageDef,
    /// In the order of `message.params`.
    pub values: Vec<Value>,
}

impl Arguments {
    pub fn value(&self, name: &str) -> Result<&Value, ApiError> {
        let position = self.message.params.iter().position(|param| param.name == name);
        let value = position.and_then(|position| self.values.get(position));
        value.ok_or_else(|| {
            ApiError::internal_error(format!("{} has no parameter {name}", self.message.full_name))
        })
    }
    pub fn get<T: Item>(&self, name: &str) -> Result<T, ApiError> {
        T::from_value(self.value(name)?)
            .map_err(|misfit| ApiError::internal_error(format!("{name}: {misfit:?}")))
    }
    pub fn reference<T: 'static>(&self, name: &str) -> Result<Ref<T>, ApiError> {
        self.get(name)
    }
    /// The first parameter of nearly every message: the object it is about.
    pub fn this(&self) -> Result<RefId, ApiError> {
        match self.values.first() {
            Some(Value::Ref(id)) => Ok(*id),
            _ => Err(ApiError::internal_error(format!("{} is about no object", self.message.full_name))),
        }
    }
    pub fn text(&self, name: &str) -> Result<Text, ApiError> {
        self.get(name)
    }
    pub fn int(&self, name: &str) -> Result<i64, ApiError> {
        self.get(name)
    }
    pub fn float(&self, name: &str) -> Result<f64, ApiError> {
        self.get(name)
    }
    pub fn bool(&self, name: &str) -> Result<bool, ApiError> {
        self.get(name)
    }
    pub fn date(&self, name: &str) -> Result<Date, ApiError> {
        self.get(name)
    }
    pub fn choice<E: ApiEnum + Item>(&self, name: &str) -> Result<E, ApiError> {
        self.get(name)
    }
    pub fn set<T: Item>(&self, name: &str) -> Result<Set<T>, ApiError> {
        self.get(name)
    }
    pub fn map(&self, name: &str) -> Result<TextMap, ApiError> {
        let mut map: Map<Text, Text> = Map::EMPTY;
        map.assign(self.value(name)?)
            .map_err(|misfit| ApiError::internal_error(format!("{name}: {misfit:?}")))?;
        Ok(map)
    }
    /// The row that a constructor's struct describes: its members, and defaults for the others.
    pub fn row<T: Class>(&self) -> Result<T, ApiError> {
        let mut row = T::default();
        for (number, _) in self.message.members {
            let name = T::ID.definition().fields[*number].name;
            if let (Some(value), Some(field)) = (self.member(name), row.field_mut(*number)) {
                field
                    .assign(value)
                    .map_err(|misfit| ApiError::internal_error(format!("{name}: {misfit:?}")))?;
            }
        }
        Ok(row)
    }
    /// A member of the one struct that a constructor takes.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.values.first()?.member(name)
    }
}
