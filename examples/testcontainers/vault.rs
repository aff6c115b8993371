// cargo add --dev testcontainers-modules --features hashicorp_vault,blocking; cargo add --dev ureq
use testcontainers_modules::{
    hashicorp_vault::HashicorpVault,
    testcontainers::{runners::SyncRunner, ImageExt},
};

#[test]
fn secret() {
    let vault = HashicorpVault::default()
        .with_name("vault-mock")
        .with_tag("latest")
        .start()
        .unwrap();
    let port = vault.get_host_port_ipv4(8200).unwrap();
    let answer = ureq::get(&format!(
        "http://127.0.0.1:{port}/v1/auth/token/lookup-self"
    ))
    .header("X-Vault-Token", "myroot")
    .call()
    .unwrap();
    assert_eq!(answer.status(), 200);
}
