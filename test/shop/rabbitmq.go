package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// rabbitmq starts a broker with listeners for AMQP and for its console that speak TLS alone, as Amazon MQ has them, and the mapper of
// ports that Erlang needs.
func (s *stores) rabbitmq(ctx context.Context) ([]*process, error) {
	server, err := program("rabbitmq-server")
	if err != nil {
		return nil, err
	}
	if packaged := "/usr/lib/rabbitmq/bin/rabbitmq-server"; server != packaged {
		if _, err := os.Stat(packaged); err == nil {
			server = packaged // Debian's own wrapper changes the user
		}
	}
	mapper, err := program("epmd")
	if err != nil {
		return nil, err
	}
	folder, files, err := s.home("rabbitmq")
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	settings := fmt.Sprintf(`listeners.tcp = none
listeners.ssl.1 = 127.0.0.1:%s
ssl_options.cacertfile = %s
ssl_options.certfile = %s
ssl_options.keyfile = %s
ssl_options.verify = verify_none
management.ssl.ip = 127.0.0.1
management.ssl.port = %s
management.ssl.cacertfile = %[2]s
management.ssl.certfile = %[3]s
management.ssl.keyfile = %[4]s
default_user = %[6]s
default_pass = %[7]s
default_user_tags.administrator = true
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
`, s.queue, s.authority.file(), files.certificate, files.key, s.console, queueAdministrator, s.password("queue"))
	err = errors.Join(
		write(filepath.Join(folder, "rabbitmq.conf"), settings), write(filepath.Join(folder, "plugins"), "[rabbitmq_management].\n"),
		write(filepath.Join(folder, "environment"), ""), owned(folder),
	)
	if err != nil {
		return nil, err
	}
	environment := environmentOf(folder,
		"ERL_EPMD_PORT="+ports[0], "ERL_EPMD_ADDRESS=127.0.0.1", "RABBITMQ_DIST_PORT="+ports[1], "RABBITMQ_NODENAME=shop"+ports[1]+"@localhost",
		"RABBITMQ_CONF_ENV_FILE="+folder+"/environment", "RABBITMQ_CONFIG_FILE="+folder+"/rabbitmq.conf", "RABBITMQ_ENABLED_PLUGINS_FILE="+folder+"/plugins",
		"RABBITMQ_MNESIA_BASE="+folder+"/data", "RABBITMQ_LOG_BASE="+folder+"/log", "RABBITMQ_PID_FILE="+folder+"/pid", "RABBITMQ_LOGS=-",
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
	)
	names, err := launch{
		name: "epmd", what: "what RabbitMQ finds its ports with", path: mapper, arguments: []string{"-port", ports[0], "-address", "127.0.0.1"},
		environment: environment, folder: folder, address: "127.0.0.1:" + ports[0],
	}.start(ctx)
	if err != nil {
		return nil, err
	}
	broker, err := launch{
		name: "rabbitmq", what: "RabbitMQ, in Amazon MQ's place", path: server, environment: environment, folder: folder, address: "127.0.0.1:" + s.queue,
	}.start(ctx)
	if err != nil {
		return []*process{names}, err
	}
	return []*process{broker, names}, nil
}
