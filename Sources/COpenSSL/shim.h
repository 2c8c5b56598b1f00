#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_dispatch.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Swift sees functions, not function-like macros. Each wrapper below gives one macro, or one variadic
// function, a name and a type; nothing here decides anything, so nothing here needs a test of its own.

// Contexts: 1 is success unless the manual page of the macro says that the old value is returned.

static inline int copenssl_ctx_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

static inline int copenssl_ctx_set_max_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}

static inline void copenssl_ctx_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline void copenssl_ctx_set_read_ahead(SSL_CTX *context, int on) {
    SSL_CTX_set_read_ahead(context, on);
}

static inline void copenssl_ctx_set_session_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

static inline void copenssl_ctx_set_max_cert_list(SSL_CTX *context, long bytes) {
    SSL_CTX_set_max_cert_list(context, bytes);
}

static inline int copenssl_ctx_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}

static inline int copenssl_ctx_set_sigalgs(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_sigalgs_list(context, list);
}

static inline int copenssl_ctx_set_client_sigalgs(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_client_sigalgs_list(context, list);
}

static inline int copenssl_ctx_set_ticket_keys(SSL_CTX *context, unsigned char *keys, long length) {
    return (int)SSL_CTX_set_tlsext_ticket_keys(context, keys, length);
}

/// Bytes that `copenssl_ctx_set_ticket_keys` wants.
static inline long copenssl_ctx_ticket_keys_length(SSL_CTX *context) {
    return SSL_CTX_get_tlsext_ticket_keys(context, NULL, 0);
}

static inline int copenssl_ctx_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

/// The store gets another owner.
static inline void copenssl_ctx_share_store(SSL_CTX *context, X509_STORE *store) {
    SSL_CTX_set1_cert_store(context, store);
}

static const uint64_t copenssl_op_server_preference = SSL_OP_CIPHER_SERVER_PREFERENCE;
static const uint64_t copenssl_op_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const uint64_t copenssl_op_no_compression = SSL_OP_NO_COMPRESSION;
static const uint64_t copenssl_op_no_ticket = SSL_OP_NO_TICKET;

typedef int (*copenssl_server_name_callback)(SSL *ssl, int *alert, void *argument);

static inline void copenssl_ctx_set_server_name_callback(
    SSL_CTX *context, copenssl_server_name_callback callback) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
}

// Connections.

static inline void *copenssl_ssl_app_data(const SSL *ssl) {
    return SSL_get_app_data(ssl);
}

static inline int copenssl_ssl_set_app_data(SSL *ssl, void *data) {
    return SSL_set_app_data(ssl, data);
}

/// The NID of the key-exchange group; 0 when there is none yet.
static inline int copenssl_ssl_negotiated_group(SSL *ssl) {
    return (int)SSL_get_negotiated_group(ssl);
}

static inline int copenssl_ssl_set_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

// BIO.

static inline void copenssl_bio_set_retry_read(BIO *bio) {
    BIO_set_retry_read(bio);
}

static inline void copenssl_bio_clear_retry(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

/// Bytes of a memory BIO; the pointer lives until the BIO is written or freed.
static inline long copenssl_bio_memory(BIO *bio, char **bytes) {
    return BIO_get_mem_data(bio, bytes);
}

// Stacks.

static inline STACK_OF(X509) *copenssl_x509_stack_new(void) {
    return sk_X509_new_null();
}

static inline int copenssl_x509_stack_push(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}

static inline int copenssl_x509_stack_count(const STACK_OF(X509) *stack) {
    return sk_X509_num(stack);
}

static inline X509 *copenssl_x509_stack_value(const STACK_OF(X509) *stack, int index) {
    return sk_X509_value(stack, index);
}

/// Puts a certificate in the place of another, which is not freed; NULL if there is no such place.
static inline X509 *copenssl_x509_stack_set(STACK_OF(X509) *stack, int index, X509 *certificate) {
    return sk_X509_set(stack, index, certificate);
}

/// Takes off the last certificate, which is not freed.
static inline X509 *copenssl_x509_stack_pop(STACK_OF(X509) *stack) {
    return sk_X509_pop(stack);
}

/// Frees the stack, not what is on it.
static inline void copenssl_x509_stack_free(STACK_OF(X509) *stack) {
    sk_X509_free(stack);
}

static inline STACK_OF(X509_NAME) *copenssl_name_stack_new(void) {
    return sk_X509_NAME_new_null();
}

static inline int copenssl_name_stack_push(STACK_OF(X509_NAME) *stack, X509_NAME *name) {
    return sk_X509_NAME_push(stack, name);
}

static inline int copenssl_name_stack_count(const STACK_OF(X509_NAME) *stack) {
    return sk_X509_NAME_num(stack);
}

static inline X509_NAME *copenssl_name_stack_value(const STACK_OF(X509_NAME) *stack, int index) {
    return sk_X509_NAME_value(stack, index);
}

static inline void copenssl_name_stack_free(STACK_OF(X509_NAME) *stack) {
    sk_X509_NAME_pop_free(stack, X509_NAME_free);
}

static inline int copenssl_cipher_stack_count(const STACK_OF(SSL_CIPHER) *stack) {
    return sk_SSL_CIPHER_num(stack);
}

static inline const SSL_CIPHER *copenssl_cipher_stack_value(const STACK_OF(SSL_CIPHER) *stack, int index) {
    return sk_SSL_CIPHER_value(stack, index);
}

/// The subjectAltName extension, owned by the caller; NULL without one.
static inline STACK_OF(GENERAL_NAME) *copenssl_alternative_names(const X509 *certificate) {
    return (STACK_OF(GENERAL_NAME) *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int copenssl_alternative_names_count(const STACK_OF(GENERAL_NAME) *names) {
    return sk_GENERAL_NAME_num(names);
}

/// The bytes of a dNSName, rfc822Name, URI or iPAddress, which live as long as the stack, and which of them
/// it is (`GEN_DNS` …); NULL for a name of another type.
static inline const unsigned char *copenssl_alternative_names_bytes(
    const STACK_OF(GENERAL_NAME) *names, int index, int *type, int *count) {
    const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), type);
    if ((*type != GEN_DNS && *type != GEN_EMAIL && *type != GEN_URI && *type != GEN_IPADD) || value == NULL) {
        return NULL;
    }
    *count = ASN1_STRING_length(value);
    return ASN1_STRING_get0_data(value);
}

static inline void copenssl_alternative_names_free(STACK_OF(GENERAL_NAME) *names) {
    GENERAL_NAMES_free(names);
}

// Names and keys.

static const unsigned long copenssl_rfc2253 = XN_FLAG_RFC2253;
/// The same with every value as `#` and the hexadecimal of its DER, which no value can make fail.
static const unsigned long copenssl_rfc2253_dump = XN_FLAG_RFC2253 | ASN1_STRFLGS_DUMP_ALL;

static inline EVP_PKEY *copenssl_generate_rsa(size_t bits) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
}

static inline EVP_PKEY *copenssl_generate_ec(const char *curve) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}

static inline EVP_PKEY *copenssl_generate_ed25519(void) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

// Error codes whose macros are expressions.

static inline int copenssl_error_library(unsigned long code) {
    return ERR_GET_LIB(code);
}

static inline int copenssl_error_reason(unsigned long code) {
    return ERR_GET_REASON(code);
}

static const int copenssl_reason_asn1 = ERR_R_ASN1_LIB;
static const int copenssl_reason_x509 = ERR_R_X509_LIB;

#endif
