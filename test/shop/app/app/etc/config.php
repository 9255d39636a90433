<?php
return ['modules' => ['Shop' => 1]];
