/* libzmq itself with its default options, against many peers, many subscriptions and many connections. The command line
 * and what is printed are those of bench-compare/ferromq/src/bin/growth.rs, and so is what is sent and checked.
 *
 * Two options are not the defaults, here and there: the backlog, so that thousands may connect at once, and the SUB's
 * send HWM, because libzmq drops subscriptions beyond it without a word.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#define BACKLOG 4096

static void *context;
static const char *endpoint;
static size_t size;
static uint64_t peers, first, count;
static char *expected;

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static int checked(int result, const char *what)
{
    if (result == -1) {
        fprintf(stderr, "%s: %s\n", what, zmq_strerror(errno));
        exit(1);
    }
    return result;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void say(const char *line)
{
    printf("%s\n", line);
    fflush(stdout);
}

static void say_seconds(double since)
{
    printf("seconds %.9f\n", now() - since);
    fflush(stdout);
}

/* The next line from whoever started us, who is gone if there is none. */
static void await(void)
{
    char line[16];
    if (!fgets(line, sizeof line, stdin))
        _exit(0);
}

static void *memory(size_t bytes)
{
    void *new = calloc(1, bytes);
    if (!new)
        fail("there is no memory");
    return new;
}

/* A message: whose it is, its number, and nothing but 'x'. */
static void fill(char *bytes, uint64_t owner, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (char) (owner >> (8 * i));
        bytes[8 + i] = (char) (number >> (8 * i));
    }
}

static char *buffer(void)
{
    char *bytes = memory(size);
    memset(bytes, 'x', size);
    return bytes;
}

static void check(zmq_msg_t *message, uint64_t owner, uint64_t number)
{
    fill(expected, owner, number);
    if (zmq_msg_size(message) != size || memcmp(zmq_msg_data(message), expected, size) != 0)
        fail("another message came");
}

static void *open_socket(int type)
{
    void *socket = zmq_socket(context, type);
    if (!socket)
        fail(zmq_strerror(errno));
    return socket;
}

static void set(void *socket, int option, int value)
{
    checked(zmq_setsockopt(socket, option, &value, sizeof value), "option");
}

static void *bound(int type)
{
    char actual[256];
    size_t length = sizeof actual;
    void *socket = open_socket(type);
    set(socket, ZMQ_BACKLOG, BACKLOG);
    if (type == ZMQ_XPUB)
        set(socket, ZMQ_XPUB_NODROP, 1);
    void *monitor = NULL;
    if (type != ZMQ_XPUB) {
        checked(zmq_socket_monitor(socket, "inproc://monitor", ZMQ_EVENT_HANDSHAKE_SUCCEEDED), "monitor");
        monitor = open_socket(ZMQ_PAIR);
        /* The events wait here, and not in the way of the connections. */
        set(monitor, ZMQ_RCVHWM, 0);
        checked(zmq_connect(monitor, "inproc://monitor"), "monitor");
    }
    checked(zmq_bind(socket, endpoint), "bind");
    checked(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, actual, &length), "endpoint");
    printf("ready %s\n", actual);
    fflush(stdout);
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    for (uint64_t joined = 0; joined < peers;) {
        checked(zmq_msg_recv(&frame, monitor ? monitor : socket, 0), "receive");
        joined += !zmq_msg_more(&frame);
    }
    zmq_msg_close(&frame);
    if (monitor) {
        checked(zmq_socket_monitor(socket, NULL, 0), "monitor");
        zmq_close(monitor);
    }
    say("joined");
    return socket;
}

static void **connected(int type)
{
    void **sockets = memory(peers * sizeof *sockets);
    say("ready");
    await();
    for (uint64_t i = 0; i < peers; i++) {
        sockets[i] = open_socket(type);
        checked(zmq_connect(sockets[i], endpoint), "connect");
    }
    say("connected");
    return sockets;
}

static void pull(void)
{
    void *socket = bound(ZMQ_PULL);
    uint64_t *next = memory(peers * sizeof *next);
    double since = 0;
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (uint64_t arrived = 0; arrived < count; arrived++) {
        checked(zmq_msg_recv(&message, socket, 0), "receive");
        if (arrived == 0)
            since = now();
        uint64_t owner = 0;
        if (zmq_msg_size(&message) != size)
            fail("a message of another size came");
        for (int i = 7; i >= 0; i--)
            owner = owner << 8 | ((unsigned char *) zmq_msg_data(&message))[i];
        if (owner >= peers)
            fail("a message of nobody came");
        check(&message, owner, next[owner]++);
    }
    say_seconds(since);
}

static void push(void)
{
    void **sockets = connected(ZMQ_PUSH);
    char *bytes = buffer();
    await();
    for (uint64_t sent = 0; sent < count; sent++) {
        fill(bytes, first + sent % peers, sent / peers);
        checked(zmq_send(sockets[sent % peers], bytes, size, 0), "send");
    }
    say("sent");
}

static void router(void)
{
    void *socket = bound(ZMQ_ROUTER);
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    for (;;) {
        checked(zmq_msg_recv(&frame, socket, 0), "receive");
        checked(zmq_msg_send(&frame, socket, zmq_msg_more(&frame) ? ZMQ_SNDMORE : 0), "send");
    }
}

static void dealer(void)
{
    void **sockets = connected(ZMQ_DEALER);
    char *bytes = buffer();
    zmq_msg_t message;
    zmq_msg_init(&message);
    await();
    const double since = now();
    for (uint64_t round = 0; round < count; round++) {
        for (uint64_t i = 0; i < peers; i++) {
            fill(bytes, first + i, round);
            checked(zmq_send(sockets[i], bytes, size, 0), "send");
        }
        for (uint64_t i = 0; i < peers; i++) {
            checked(zmq_msg_recv(&message, sockets[i], 0), "receive");
            check(&message, first + i, round);
        }
    }
    say_seconds(since);
}

static void xpub(void)
{
    void *socket = bound(ZMQ_XPUB);
    char *bytes = buffer();
    await();
    for (uint64_t sent = 0; sent < count; sent++) {
        fill(bytes, 0, sent);
        checked(zmq_send(socket, bytes, size, 0), "send");
    }
    say("sent");
}

static void sub(void)
{
    char topic[8];
    double since = 0;
    zmq_msg_t message;
    zmq_msg_init(&message);
    void *socket = open_socket(ZMQ_SUB);
    set(socket, ZMQ_SNDHWM, 0);
    say("ready");
    await();
    for (uint64_t i = 0; i < peers; i++) {
        for (int byte = 0; byte < 8; byte++)
            topic[byte] = (char) (i >> (8 * byte));
        checked(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topic, sizeof topic), "subscribe");
    }
    checked(zmq_connect(socket, endpoint), "connect");
    say("connected");
    for (uint64_t arrived = 0; arrived < count; arrived++) {
        checked(zmq_msg_recv(&message, socket, 0), "receive");
        if (arrived == 0)
            since = now();
        check(&message, 0, arrived);
    }
    say_seconds(since);
}

int main(int arguments, char **argument)
{
    static const struct { const char *name; void (*run)(void); } ROLES[] = {
        {"pull", pull}, {"push", push}, {"router", router}, {"dealer", dealer}, {"xpub", xpub}, {"sub", sub}};
    if (arguments != 7)
        fail("there should be: ROLE ENDPOINT SIZE PEERS FIRST COUNT");
    endpoint = argument[2];
    size = (size_t) strtoull(argument[3], NULL, 10);
    peers = strtoull(argument[4], NULL, 10);
    first = strtoull(argument[5], NULL, 10);
    count = strtoull(argument[6], NULL, 10);
    if (size < 16 || peers == 0)
        fail("there is no room for whose message it is, or nobody");
    expected = buffer();
    context = zmq_ctx_new();
    checked(zmq_ctx_set(context, ZMQ_MAX_SOCKETS, zmq_ctx_get(context, ZMQ_SOCKET_LIMIT)), "sockets");
    for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++) {
        if (strcmp(argument[1], ROLES[i].name) == 0) {
            ROLES[i].run();
            /* Whoever started us looks at our memory, and ends us. */
            for (;;)
                await();
        }
    }
    fail("there is no such role");
    return 1;
}
