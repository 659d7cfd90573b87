package main

import (
	"reflect"
	"unsafe"

	"github.com/go-acme/lego/v5/challenge/dns01"
)

// setPort sets what lego keeps "for testing purposes only".
func setPort(client *dns01.Client, port string) {
	field := reflect.ValueOf(client).Elem().FieldByName("authoritativeNSPort")
	*(*string)(unsafe.Pointer(field.UnsafeAddr())) = port
}
