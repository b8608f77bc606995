//! The token of `event.from`: two generations, twenty digits each.
//!
//! The first is of the rows, the second of the messages. Here both count the same changes; they differ
//! only in tokens from `event.inject`, whose second part is 0.

use model::ApiError;
use std::fmt;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    pub rows: u64,
    pub messages: u64,
}

impl Token {
    pub fn parse(text: &str) -> Result<Token, ApiError> {
        if text.is_empty() {
            return Ok(Token::default());
        }
        let number = |part: &str| {
            let digits =
                !part.is_empty() && part.len() <= 20 && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<u64>().ok()).flatten()
        };
        let parts =
            text.split_once(',').and_then(|(rows, messages)| Some((number(rows)?, number(messages)?)));
        let (rows, messages) = parts.ok_or_else(|| ApiError::event_from_token_parse_failure(text))?;
        Ok(Token { rows, messages })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:020},{:020}", self.rows, self.messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_two_numbers_of_twenty_digits() {
        let token = Token { rows: 7, messages: 5 };
        assert_eq!(token.to_string(), "00000000000000000007,00000000000000000005");
        assert_eq!(Token::parse(&token.to_string()), Ok(token));
        assert_eq!(Token::parse(""), Ok(Token::default()));
        for bad in ["x", "1", "1,", "1,2,3", "-1,2", "+1,2", "99999999999999999999,0", " 1,2"] {
            assert_eq!(Token::parse(bad), Err(ApiError::event_from_token_parse_failure(bad)), "{bad}");
        }
    }
}
