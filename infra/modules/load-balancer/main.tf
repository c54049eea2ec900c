# The way in: TLS, one rule for all paths, and two target groups between which a deployment shifts.

resource "aws_lb" "this" {
  #checkov:skip=CKV2_AWS_28:Internal by default; who makes it public sets BIO_MCP_AUTH, which the installation demands, and the service counts wrong credentials itself.
  #checkov:skip=CKV_AWS_150:is_disposable alone switches deletion protection off; environments/prod does not.
  #checkov:skip=CKV2_AWS_20:There is no listener on port 80 that could redirect: nobody is asked to send a token in the clear first.
  name               = var.name
  load_balancer_type = "application"
  internal           = var.is_internal
  subnets            = var.subnet_ids
  security_groups    = [var.security_group_id]

  # jobs.get waits 45 s, and streams are silent for a while. Below the 125 s that the service keeps an idle connection
  # (src/http/bare-app.ts), or the load balancer would send into a closed one.
  idle_timeout = 120

  enable_deletion_protection = !var.is_disposable
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"

  access_logs {
    bucket  = var.access_log_bucket
    prefix  = "load-balancer"
    enabled = true
  }
}

resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:Inside the network, between the load balancer and its tasks, it is http; security groups let nobody else there.
  for_each = toset(["blue", "green"])

  name        = "${var.name}-${each.key}"
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = "HTTP"
  port        = var.api_port

  # Streams end at SIGTERM by themselves; a request has a minute to end before it.
  deregistration_delay = 60

  # A new task answers some requests first, while its code is still being compiled.
  slow_start = 30

  health_check {
    path                = "/healthz"
    protocol            = "HTTP"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not found."
      status_code  = "404"
    }
  }
}

# One rule, because a deployment shifts one. "/mcp/*" alone does not match "/mcp", the address that clients use.
resource "aws_lb_listener_rule" "production" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 100

  condition {
    path_pattern {
      values = ["/mcp", "/mcp/*", "/v1/*", "/*"]
    }
  }

  action {
    type = "forward"

    # Both belong to the rule from the start, or ECS would not take the second one.
    forward {
      target_group {
        arn    = aws_lb_target_group.this["blue"].arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.this["green"].arn
        weight = 0
      }
    }
  }

  # ECS writes the weights of both groups here with each deployment; to write them back would undo it.
  lifecycle {
    ignore_changes = [action]
  }
}
