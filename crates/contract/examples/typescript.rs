//! Prints the TypeScript side of the contract.

fn main() {
    print!("{}", foxbridge_contract::typescript());
}
