//! Rules to begin with, as data.

use std::sync::LazyLock;

use foxbridge_contract::Recipe;

static RECIPES: LazyLock<Vec<Recipe>> = LazyLock::new(|| {
    // They are part of the program: a mistake in one is a mistake in the code, and a test shows it.
    serde_json::from_str(include_str!("../../data/recipes.json"))
        .unwrap_or_else(|error| panic!("the recipes cannot be read: {error}"))
});

/// All of them.
pub(crate) fn recipes() -> &'static [Recipe] {
    &RECIPES
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::rules::{faults, rule_from};

    #[test]
    fn every_recipe_is_sound() {
        assert_eq!(recipes().len(), 6);
        for recipe in recipes() {
            let rule = rule_from(&recipe.definition).unwrap();
            let again: foxbridge_contract::RuleDefinition =
                serde_json::from_value(serde_json::to_value(&rule).unwrap()).unwrap();
            assert_eq!(again, recipe.definition, "both sides have one shape");
            let problems = faults::problems(&rule);
            assert!(problems.is_empty(), "{}: {problems:?}", recipe.id);
        }
    }
}
