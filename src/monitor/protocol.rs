//! Why a handshake failed.

use std::fmt;

use crate::sys::protocol_error as number;

macro_rules! reasons {
    ($($(#[$doc:meta])+ $Variant:ident = $NUMBER:ident, $text:literal;)*) => {
        /// How a peer, or the ZAP handler, broke the protocol of a handshake.
        ///
        /// Source: zmq_socket_monitor(3), RFC 23 (ZMTP), RFC 27 (ZAP), RFC 45 (ZWS).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum ProtocolError {
            $(
                $(#[$doc])+
                $Variant,
            )*
            /// Another, which this crate does not know.
            Unknown(u64),
        }

        impl ProtocolError {
            pub(super) fn from_number(number: u64) -> ProtocolError {
                match number {
                    $(number::$NUMBER => ProtocolError::$Variant,)*
                    unknown => ProtocolError::Unknown(unknown),
                }
            }
        }

        impl fmt::Display for ProtocolError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(ProtocolError::$Variant => f.write_str($text),)*
                    ProtocolError::Unknown(number) => write!(f, "protocol error {number:#x}"),
                }
            }
        }

        #[cfg(test)]
        const ALL: &[(u64, ProtocolError)] = &[$((number::$NUMBER, ProtocolError::$Variant)),*];
    };
}

reasons! {
    /// ZMTP: not said how; also what does not speak ZMTP at all.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED")]
    Zmtp = ZMTP_UNSPECIFIED, "ZMTP was broken";
    /// ZMTP: a command came that does not belong there.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND")]
    ZmtpUnexpectedCommand = ZMTP_UNEXPECTED_COMMAND, "an unexpected ZMTP command";
    /// ZMTP: the nonces of CURVE are out of order.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE")]
    ZmtpInvalidSequence = ZMTP_INVALID_SEQUENCE, "an invalid sequence of ZMTP commands";
    /// ZMTP: the exchange of CURVE keys failed.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE")]
    ZmtpKeyExchange = ZMTP_KEY_EXCHANGE, "the exchange of keys failed";
    /// ZMTP: a malformed command, not said which.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED")]
    ZmtpMalformedCommand = ZMTP_MALFORMED_COMMAND_UNSPECIFIED, "a malformed ZMTP command";
    /// ZMTP: a malformed MESSAGE.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE")]
    ZmtpMalformedMessage = ZMTP_MALFORMED_COMMAND_MESSAGE, "a malformed ZMTP MESSAGE";
    /// ZMTP: a malformed HELLO.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO")]
    ZmtpMalformedHello = ZMTP_MALFORMED_COMMAND_HELLO, "a malformed ZMTP HELLO";
    /// ZMTP: a malformed INITIATE.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE")]
    ZmtpMalformedInitiate = ZMTP_MALFORMED_COMMAND_INITIATE, "a malformed ZMTP INITIATE";
    /// ZMTP: a malformed ERROR.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR")]
    ZmtpMalformedError = ZMTP_MALFORMED_COMMAND_ERROR, "a malformed ZMTP ERROR";
    /// ZMTP: a malformed READY.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY")]
    ZmtpMalformedReady = ZMTP_MALFORMED_COMMAND_READY, "a malformed ZMTP READY";
    /// ZMTP: a malformed WELCOME.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME")]
    ZmtpMalformedWelcome = ZMTP_MALFORMED_COMMAND_WELCOME, "a malformed ZMTP WELCOME";
    /// ZMTP: metadata that cannot be read, or that does not fit, such as the socket type of a peer that does
    /// not go together with this one.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA")]
    ZmtpInvalidMetadata = ZMTP_INVALID_METADATA, "invalid ZMTP metadata";
    /// ZMTP: what was encrypted cannot be opened; the wrong server key, for example.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC")]
    ZmtpCryptographic = ZMTP_CRYPTOGRAPHIC, "a cryptographic failure";
    /// ZMTP: the two sides have different security mechanisms.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH")]
    ZmtpMechanismMismatch = ZMTP_MECHANISM_MISMATCH, "the peers have different security mechanisms";
    /// ZAP: not said how.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED")]
    Zap = ZAP_UNSPECIFIED, "ZAP was broken";
    /// ZAP: the handler's reply does not have the right frames.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY")]
    ZapMalformedReply = ZAP_MALFORMED_REPLY, "a malformed ZAP reply";
    /// ZAP: the handler's reply is for another request.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID")]
    ZapBadRequestId = ZAP_BAD_REQUEST_ID, "a ZAP reply to another request";
    /// ZAP: the handler's reply is of another version.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION")]
    ZapBadVersion = ZAP_BAD_VERSION, "a ZAP reply of another version";
    /// ZAP: the handler's status is none of 200, 300, 400 and 500.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE")]
    ZapInvalidStatusCode = ZAP_INVALID_STATUS_CODE, "an invalid ZAP status code";
    /// ZAP: the metadata in the handler's reply cannot be read.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA")]
    ZapInvalidMetadata = ZAP_INVALID_METADATA, "invalid metadata in a ZAP reply";
    /// WebSocket: the opening handshake was broken.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED")]
    WebSocket = WS_UNSPECIFIED, "the WebSocket handshake was broken";
}

/// How the ZAP handler refused a peer.
///
/// Source: RFC 27.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum AuthFailure {
    /// 300: for now; the peer tries again.
    Temporary,
    /// 400: the credentials are not good.
    Denied,
    /// 500: the handler has failed.
    Internal,
    /// Another status.
    Unknown(u64),
}

impl AuthFailure {
    pub(super) fn from_status(status: u64) -> AuthFailure {
        match status {
            300 => AuthFailure::Temporary,
            400 => AuthFailure::Denied,
            500 => AuthFailure::Internal,
            unknown => AuthFailure::Unknown(unknown),
        }
    }
}

impl fmt::Display for AuthFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuthFailure::Temporary => f.write_str("a temporary failure (ZAP status 300)"),
            AuthFailure::Denied => f.write_str("access denied (ZAP status 400)"),
            AuthFailure::Internal => f.write_str("the ZAP handler failed (ZAP status 500)"),
            AuthFailure::Unknown(status) => write!(f, "ZAP status {status}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_reason() {
        for (number, reason) in ALL {
            assert_eq!(ProtocolError::from_number(*number), *reason);
        }
        assert_eq!(ALL.len(), 21);
        assert_eq!(ProtocolError::from_number(1), ProtocolError::Unknown(1));
    }
}
