module github.com/magestack/magestack/test/cluster

go 1.26.0
