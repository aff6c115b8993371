module example.com/vaulttest

go 1.21
