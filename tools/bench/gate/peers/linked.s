// The linker fills in what main.go names in other packages; without this file the compiler wants it here.
