/// What became of a rule's transforms; field `request_transform_status` of the access log (`alb-mtls` 3).
///
/// ALB's other words are for expressions that do not compile; here no such rule is stored.
public enum TransformStatus: String, Hashable, Sendable, CaseIterable {
    case success = "TransformSuccess"
    case invalidHost = "TransformInvalidHost"
    case invalidPath = "TransformInvalidPath"
    /// The replacement took more steps than it may.
    case replaceError = "TransformReplaceError"
}
