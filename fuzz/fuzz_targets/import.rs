#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| clashmap_fuzz::import(bytes));
