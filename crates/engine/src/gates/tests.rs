//! Gates over tables made by hand.
