/* libzmq itself, through its C interface: `c` and `debian` with its default options, `c-tuned` with large batches. The
 * command line and what is printed are those of bench-compare/measure, and so is what is sent and checked.
 *
 * cc -O2 -DWITH_BATCHES measure.c ... : with the draft options of `c-tuned`
 */

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef WITH_BATCHES
#define ZMQ_BUILD_DRAFT_API
#endif
#include <zmq.h>

#define WINDOW 64
#define GREETING UINT64_MAX
#define FAREWELL (UINT64_MAX - 1)
#define BATCH (256 * 1024)
#define MAX_SIDES 256

#define SERVER_PUBLIC "&K7#U[HL5HG<oeM!32vPHSFIX*:R=C=pDdEkN#M("
#define SERVER_SECRET "/v2TXpTwMLrSY(:a@i8bUT#ycI<JT*jh3!bf#m#O"
#define CLIENT_PUBLIC "E[>NKbx{}a.YrR$4gFOyJU@s&Fu-.!29%oW:0s!2"
#define CLIENT_SECRET "2N0!A>pJ>vqnYsOfN[x#2yqzA[^jjiVdCNT:WTSA"

enum role { PUSH, PULL, REQ, REP, DEALER, ROUTER, PUB, SUB };
static const char *const NAMES[] = {"push", "pull", "req", "rep", "dealer", "router", "pub", "sub"};
static const int TYPES[] = {ZMQ_PUSH, ZMQ_PULL, ZMQ_REQ, ZMQ_REP, ZMQ_DEALER, ZMQ_ROUTER, ZMQ_PUB, ZMQ_SUB};

static void *context;
static const char *endpoint;
static int tuned, curve;
static size_t size;
static uint64_t warm_up, end;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int is_ready, may_begin, subscribers, joined, clocks, stopped;
static double slowest;
static uint64_t arrived_in_all;

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

static void moment(void)
{
    const struct timespec millisecond = {0, 1000000};
    nanosleep(&millisecond, NULL);
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

/* One more clock has stopped. */
static void stop(double elapsed, uint64_t arrived)
{
    pthread_mutex_lock(&lock);
    slowest = elapsed > slowest ? elapsed : slowest;
    arrived_in_all += arrived;
    if (++stopped == clocks) {
        printf("seconds %.9f of %llu\n", slowest, (unsigned long long) (arrived_in_all / (uint64_t) clocks));
        fflush(stdout);
    }
    pthread_mutex_unlock(&lock);
}

/* A buffer with a message's number at its beginning and at its end. */
static void number(char *bytes, uint64_t value)
{
    unsigned char little[8];
    for (int i = 0; i < 8; i++)
        little[i] = (unsigned char) (value >> (8 * i));
    memcpy(bytes + size - 8, little, 8);
    memcpy(bytes, little, 8);
}

static uint64_t number_of(const char *bytes)
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | (unsigned char) bytes[i];
    return value;
}

static char *buffer(void)
{
    char *bytes = malloc(size);
    if (!bytes)
        fail("there is no memory");
    memset(bytes, 'x', size);
    return bytes;
}

static void send_number(void *socket, char *bytes, uint64_t value)
{
    number(bytes, value);
    checked(zmq_send(socket, bytes, size, 0), "send");
}

/* What is to arrive, and when the clock started. */
struct arrivals {
    uint64_t next;
    char *expected;
    double since;
    zmq_msg_t message;
};

static void arrivals(struct arrivals *these)
{
    these->next = 0;
    these->expected = buffer();
    zmq_msg_init(&these->message);
}

/* Receives the next message, which must be the one that was sent next. */
static void arrive(void *socket, struct arrivals *these)
{
    checked(zmq_msg_recv(&these->message, socket, 0), "receive");
    number(these->expected, these->next++);
    if (zmq_msg_size(&these->message) != size || memcmp(zmq_msg_data(&these->message), these->expected, size) != 0)
        fail("another message came");
    if (these->next == warm_up)
        these->since = now();
}

static void report(const struct arrivals *these)
{
    stop(now() - these->since, end - warm_up);
}

static void receive_all(void *socket)
{
    struct arrivals these;
    arrivals(&these);
    while (these.next < end)
        arrive(socket, &these);
    report(&these);
}

/* REQ with one request under way, DEALER with more. */
static void ask(void *socket, uint64_t window)
{
    struct arrivals replies;
    char *request = buffer();
    uint64_t sent = 0;
    arrivals(&replies);
    while (sent < window && sent < end)
        send_number(socket, request, sent++);
    while (replies.next < end) {
        arrive(socket, &replies);
        if (sent < end)
            send_number(socket, request, sent++);
    }
    report(&replies);
}

/* Every frame back, which for ROUTER is the peer's name first. */
static void answer(void *socket)
{
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    for (;;) {
        checked(zmq_msg_recv(&frame, socket, 0), "receive");
        checked(zmq_msg_send(&frame, socket, zmq_msg_more(&frame) ? ZMQ_SNDMORE : 0), "send");
    }
}

static int has_begun(void)
{
    pthread_mutex_lock(&lock);
    const int begun = may_begin;
    pthread_mutex_unlock(&lock);
    return begun;
}

static void publish(void *socket)
{
    char *bytes = buffer();
    while (!has_begun()) {
        send_number(socket, bytes, GREETING);
        moment();
    }
    for (uint64_t sent = 0; sent < end; sent++)
        send_number(socket, bytes, sent);
    for (;;) {
        send_number(socket, bytes, FAREWELL);
        moment();
    }
}

static void subscribe(void *socket)
{
    zmq_msg_t message;
    char *expected = buffer();
    uint64_t next = 0, arrived = 0;
    double since = 0;
    int has_joined = 0;
    zmq_msg_init(&message);
    while (next < end) {
        checked(zmq_msg_recv(&message, socket, 0), "receive");
        if (zmq_msg_size(&message) != size)
            fail("a message of another size came");
        const uint64_t value = number_of(zmq_msg_data(&message));
        number(expected, value);
        if (memcmp(zmq_msg_data(&message), expected, size) != 0)
            fail("a message with other content came");
        if (value == FAREWELL)
            break;
        if (value == GREETING) {
            pthread_mutex_lock(&lock);
            if (!has_joined && ++joined == subscribers)
                say("joined");
            has_joined = 1;
            pthread_mutex_unlock(&lock);
            continue;
        }
        if (value < next || value >= end)
            fail("a message came at the wrong time");
        next = value + 1;
        if (since != 0)
            arrived++;
        else if (next >= warm_up)
            since = now();
    }
    stop(since == 0 ? 0 : now() - since, arrived);
}

static void set(void *socket, int option, int value)
{
    checked(zmq_setsockopt(socket, option, &value, sizeof value), "option");
}

static int binds(enum role role)
{
    return role == PULL || role == REP || role == ROUTER || role == PUB;
}

static void secure(void *socket, enum role role)
{
    if (binds(role)) {
        set(socket, ZMQ_CURVE_SERVER, 1);
        checked(zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, SERVER_SECRET, 41), "keys");
    } else {
        checked(zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, SERVER_PUBLIC, 41), "keys");
        checked(zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, CLIENT_PUBLIC, 41), "keys");
        checked(zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, CLIENT_SECRET, 41), "keys");
    }
}

/* One side; it never closes its socket, because the process is ended from outside. */
static void *side(void *argument)
{
    const enum role role = (enum role) (intptr_t) argument;
    void *socket = zmq_socket(context, TYPES[role]);
    if (!socket)
        fail("there is no socket");
    if (curve)
        secure(socket, role);
    if (tuned) {
#ifdef WITH_BATCHES
        set(socket, ZMQ_IN_BATCH_SIZE, BATCH);
        set(socket, ZMQ_OUT_BATCH_SIZE, BATCH);
#else
        fail("this libzmq has no batch sizes");
#endif
    }
    if (role == PUB)
        set(socket, ZMQ_XPUB_NODROP, 1);
    if (role == SUB)
        checked(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0), "subscribe");
    if (binds(role)) {
        checked(zmq_bind(socket, endpoint), "bind");
        pthread_mutex_lock(&lock);
        say("ready");
        is_ready = 1;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    } else {
        checked(zmq_connect(socket, endpoint), "connect");
    }

    char *bytes = NULL;
    switch (role) {
    case PUSH:
        bytes = buffer();
        for (uint64_t sent = 0; sent < end; sent++)
            send_number(socket, bytes, sent);
        break;
    case PULL: receive_all(socket); break;
    case REQ: ask(socket, 1); break;
    case DEALER: ask(socket, WINDOW); break;
    case REP:
    case ROUTER: answer(socket); break;
    case PUB: publish(socket); break;
    case SUB: subscribe(socket); break;
    }
    free(bytes);
    return NULL;
}

static int parse(const char *name, enum role *role)
{
    for (int known = 0; known < 8; known++) {
        const size_t length = strlen(NAMES[known]);
        if (strncmp(name, NAMES[known], length) != 0)
            continue;
        *role = (enum role) known;
        if (name[length] == '-')
            return *role == SUB ? atoi(name + length + 1) : 1;
        if (name[length] == '\0')
            return 1;
    }
    fail("there is no such role");
    return 0;
}

static void start(enum role role)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, side, (void *) (intptr_t) role) != 0)
        fail("there is no thread");
    pthread_detach(thread);
}

int main(int count, char **arguments)
{
    if (count != 7)
        fail("there should be: LIBRARY ROLE ENDPOINT SIZE COUNT RUNTIME");
    tuned = strcmp(arguments[1], "c-tuned") == 0;
    curve = strncmp(arguments[3], "curve+", 6) == 0;
    endpoint = arguments[3] + (curve ? 6 : 0);
    size = (size_t) strtoull(arguments[4], NULL, 10);
    const uint64_t measured = strtoull(arguments[5], NULL, 10);
    warm_up = measured / 10 > 0 ? measured / 10 : 1;
    end = measured + warm_up;
    if (size < 8)
        fail("there is no room for a message's number");
    context = zmq_ctx_new();

    enum role sides[MAX_SIDES];
    int all = 0, bound_here = 0;
    for (char *name = strtok(arguments[2], "+"); name; name = strtok(NULL, "+")) {
        enum role role = PUSH;
        for (int left = parse(name, &role); left > 0 && all < MAX_SIDES; left--) {
            sides[all++] = role;
            bound_here |= binds(role);
            subscribers += role == SUB;
            clocks += role == PULL || role == REQ || role == DEALER || role == SUB;
        }
    }
    for (int i = 0; i < all; i++) {
        if (binds(sides[i]))
            start(sides[i]);
    }
    pthread_mutex_lock(&lock);
    while (bound_here && !is_ready)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < all; i++) {
        if (!binds(sides[i]))
            start(sides[i]);
    }

    /* Whoever started us ends us, and does not leave us behind if it is killed itself. */
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "go\n") == 0) {
            pthread_mutex_lock(&lock);
            may_begin = 1;
            pthread_mutex_unlock(&lock);
        }
    }
    _exit(0);
}
