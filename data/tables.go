package data

import _ "embed"

//go:embed tables/devices.toml
var devicesTOML []byte

// DevicesTOML is the table of FPGAs that package hw builds its catalogue from,
// in the format of a user's own device file. The caller must not change it.
func DevicesTOML() []byte { return devicesTOML }
