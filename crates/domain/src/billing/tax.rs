//! Tax on a line: its category and rate (EN 16931 BG-30).

use crate::billing::measure::Percent;
use crate::words::words;

words! {
    /// The VAT category of EN 16931 (UNCL 5305), which decides what the rate may be and what must be said.
    TaxCategory {
        /// Taxed at a rate above zero.
        Standard = "S",
        /// Taxed at the rate zero.
        ZeroRated = "Z",
        /// Exempt from tax.
        Exempt = "E",
        /// The client owes the tax.
        ReverseCharge = "AE",
        /// A supply to another member state of the European Union.
        IntraCommunity = "K",
        /// An export.
        Export = "G",
        /// Outside the scope of the tax.
        OutOfScope = "O",
    }
}

impl TaxCategory {
    /// Whether a text must say why no tax is charged (EN 16931 BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
    pub fn needs_reason(self) -> bool {
        !matches!(self, Self::Standard | Self::ZeroRated)
    }
}

/// A tax on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tax {
    category: TaxCategory,
    rate: Percent,
    reason: Option<String>,
}

impl Tax {
    /// A tax that a document may bear. An empty reason is none.
    ///
    /// # Errors
    /// [`TaxRefused`] when category, rate and reason do not belong together.
    pub fn new(category: TaxCategory, rate: Percent, reason: Option<String>) -> Result<Self, TaxRefused> {
        let reason = reason.filter(|reason| !reason.trim().is_empty());
        match category {
            TaxCategory::Standard if rate == Percent::ZERO => Err(TaxRefused::RateMissing),
            TaxCategory::Standard => Ok(()),
            _ if rate != Percent::ZERO => Err(TaxRefused::RateNotZero),
            _ => Ok(()),
        }?;
        match (category.needs_reason(), &reason) {
            (true, None) => Err(TaxRefused::ReasonMissing),
            (false, Some(_)) => Err(TaxRefused::ReasonForNothing),
            _ => Ok(Self { category, rate, reason }),
        }
    }

    /// Its category.
    pub fn category(&self) -> TaxCategory {
        self.category
    }

    /// Its rate.
    pub fn rate(&self) -> Percent {
        self.rate
    }

    /// Why no tax is charged.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// Category, rate and reason that do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaxRefused {
    /// Category S at rate 0 (BR-S-05).
    #[error("category S needs a rate above 0: for a rate of 0 use category Z")]
    RateMissing,
    /// Another category with a rate (BR-Z-05 and its like).
    #[error("only category S has a rate: give 0")]
    RateNotZero,
    /// An exemption that is not explained.
    #[error("this category needs a text that says why no tax is charged")]
    ReasonMissing,
    /// An explanation of what is taxed (BR-S-10, BR-Z-10).
    #[error("categories S and Z take no reason")]
    ReasonForNothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m6_category_rate_and_reason_belong_together() {
        let tax = |category, rate: &str, reason: Option<&str>| {
            Tax::new(category, Percent::parse(rate).unwrap(), reason.map(str::to_owned)).map(|_| ())
        };
        assert_eq!(tax(TaxCategory::Standard, "22", None), Ok(()));
        assert_eq!(tax(TaxCategory::Standard, "0", None), Err(TaxRefused::RateMissing));
        assert_eq!(tax(TaxCategory::Standard, "22", Some("why")), Err(TaxRefused::ReasonForNothing));
        assert_eq!(tax(TaxCategory::ZeroRated, "0", None), Ok(()));
        assert_eq!(tax(TaxCategory::ZeroRated, "4", None), Err(TaxRefused::RateNotZero));
        for category in TaxCategory::ALL.iter().copied().filter(|category| category.needs_reason()) {
            assert_eq!(tax(category, "0", Some("Article 196")), Ok(()), "{category}");
            assert_eq!(tax(category, "0", Some(" ")), Err(TaxRefused::ReasonMissing), "{category}");
            assert_eq!(tax(category, "22", Some("Article 196")), Err(TaxRefused::RateNotZero), "{category}");
        }
    }
}
